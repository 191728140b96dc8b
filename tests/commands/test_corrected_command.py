"""`workbench runs RUN --corrected` on a world whose whole score matrix is known."""

import json

import numpy as np
import pytest

from store.records.decision import NewDecision
from store.records.run import RankTable
from tests.compare_world import add_dataset, add_run, decide, random_ranks
from workbench.analysis.corrected import rank_metrics
from workbench.analysis.lane_dot import score_pairs
from workbench.analysis.vectors import checked
from workbench.compute import corrected as measured
from workbench.compute.corrected import corrected


@pytest.fixture
def evaluated(run, imported, vectors, workspace):
    assert run("evaluate", "--dataset", "world", "--model", f"vectors:{vectors}")[0] == 0
    return workspace.runs.get(1)


def confirm(workspace, evaluated, direction, query, top, by="mh", category="data_fault"):
    workspace.decisions.add(
        NewDecision(
            evaluated.dataset_id, direction, query, top, by, (category,), verdict="labelled"
        )
    )


def oracle(workspace, evaluated, pairs):
    """Ranks of both directions by counting in the full matrix of exact scores."""
    gallery = measured._gallery(workspace, evaluated)
    images, captions = (checked(side, "")[0] for side in (gallery.images, gallery.captions))
    every = np.indices((len(captions), len(images))).reshape(2, -1)
    scores = score_pairs(captions, images, *every).reshape(len(captions), -1)
    positive = gallery.caption_image[:, None] == np.arange(len(images))
    for caption, image in pairs:
        positive |= (gallery.caption_ids[:, None] == caption) & (gallery.image_ids == image)
    found = {}
    for way, table, good in (("t2i", scores, positive), ("i2t", scores.T, positive.T)):
        best = np.where(good, table, -np.inf).max(axis=1, keepdims=True)
        found[way] = 1 + ((table >= best) & ~good).sum(axis=1)
    return found


def test_uncorrected_queries_get_their_stored_ranks(workspace, evaluated):
    for way, ranks in oracle(workspace, evaluated, []).items():
        query, stored = workspace.runs.ranks(1, way)
        assert ranks.tolist() == stored.tolist()
        again = measured._ranked_by_vectors(workspace, evaluated, way, {q: set() for q in query})
        assert list(again.values()) == stored.tolist()


def test_corrected_numbers_are_those_of_brute_force(run, workspace, evaluated):
    query, rank = workspace.runs.ranks(1, "t2i")
    cases = workspace.cases.rows(1, "t2i", query[rank > 1][:4].tolist())
    pairs = [(case.query_id, case.top_id) for case in cases]
    for caption, image in pairs[:3]:
        confirm(workspace, evaluated, "t2i", caption, image)
    confirm(workspace, evaluated, "i2t", pairs[3][1], pairs[3][0], by="ab")
    code, out, err = run("runs", 1, "--corrected", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)[0]["corrected"]
    assert (found["pairs"], found["annotators"]) == (4, 2)
    assert found["affected_queries"] == {"t2i": 4, "i2t": len({image for _, image in pairs})}
    for way, ranks in oracle(workspace, evaluated, pairs).items():
        assert found["metrics"][way]["R@1"] == pytest.approx(float((ranks == 1).mean()))
        assert found["metrics"][way]["MRR"] == pytest.approx(float((1 / ranks).mean()))
        assert found["metrics"][way]["median_rank"] == np.median(ranks)
        low, high = found["intervals"][way]["MRR"]
        assert low <= found["metrics"][way]["MRR"] <= high
    code, out, _ = run("runs", 1, "--corrected")
    assert code == 0
    assert "Pairs confirmed: 4, by 2 people" in out
    assert "by construction" in out


def test_without_a_confirmed_pair_it_says_how_to_confirm(run, workspace, evaluated):
    code, out, err = run("runs", 1, "--corrected")
    assert code == 0
    assert "press x in Triage" in out + err
    assert json.loads(run("runs", 1, "--corrected", "--json")[1])[0]["corrected"] is None
    assert "corrected" not in json.loads(run("runs", 1, "--json")[1])[0]
    assert run("runs", "--corrected")[0] == 2


def test_undo_takes_the_pair_away_and_the_newest_decision_holds(workspace, evaluated):
    pairs = lambda: list(workspace.false_negatives.corrected_positives(1).pairs)  # noqa: E731
    confirm(workspace, evaluated, "t2i", 5, 3)
    confirm(workspace, evaluated, "i2t", 3, 5)  # the same pair from the other side
    confirm(workspace, evaluated, "i2t", 4, 1)
    assert pairs() == [(1, 4), (5, 3)]
    workspace.decisions.undo("mh")
    assert pairs() == [(5, 3)]
    confirm(workspace, evaluated, "t2i", 5, 3, by="ab", category="counting")
    assert pairs() == [(5, 3)]  # still said of i2t
    workspace.decisions.undo("mh")
    assert pairs() == []


def test_a_second_stage_is_corrected_where_its_hits_decide(workspace):
    dataset = add_dataset(workspace, 30)
    again = add_run(workspace, dataset, random_ranks(dataset, 1), stage="itm")
    query, rank = workspace.runs.ranks(again.id, "t2i")
    decide(workspace, again, "t2i", query[rank > 1][:2].tolist(), "data_fault")
    found = corrected(workspace, again)
    assert found.affected["t2i"] == found.unknown["t2i"] == 2  # one hit is kept: it may be tied
    assert found.metrics["t2i"]["R@1"].value == float((rank == 1).mean())


def test_a_second_stage_counts_the_kept_hits_above_the_best_positive(workspace):
    dataset = add_dataset(workspace, 30)
    order = workspace.datasets.order(dataset.id)
    own = order.image_ids[order.caption_image]
    n = len(own)
    others = [[image for image in order.image_ids if image != mine][:4] for mine in own]
    table = RankTable(
        direction="t2i",
        query_id=order.caption_ids,
        rank=np.full(n, 5),
        positive_id=own,
        positive_score=np.full(n, 0.1),
        top_id=np.array(others)[:, 0],
        top_score=np.full(n, 0.9),
        margin=np.full(n, -0.8),
        r_precision=np.zeros(n),
        hit_ids=np.array(others),
        hit_scores=np.tile([0.9, 0.8, 0.8, 0.2], (n, 1)),
    )
    ranks = {"t2i": np.full(n, 5)}
    again = add_run(workspace, dataset, ranks, stage="itm", tables=[table])
    for query, place in ((0, 0), (1, 1), (2, 3)):
        confirm(workspace, again, "t2i", int(order.caption_ids[query]), int(others[query][place]))
    extra = {int(order.caption_ids[q]): {int(others[q][p])} for q, p in ((0, 0), (1, 1), (2, 3))}
    first, second = order.caption_ids[:2].tolist()
    found = measured._ranked_by_hits(workspace, again, "t2i", extra)
    assert found == {first: 1, second: 3}  # the third may be tied behind its hits


def test_intervals_without_a_correction_are_those_of_the_run(workspace, evaluated):
    stored = {(m.direction, m.name): m for m in workspace.runs.metrics(1)}
    for way in ("t2i", "i2t"):
        rank = workspace.runs.ranks(1, way)[1]
        for name, found in rank_metrics(rank, workspace.runs.images_of(1, way)).items():
            metric = stored[way, name]
            limits = (found.value, found.low, found.high)
            assert limits == pytest.approx((metric.value, metric.low, metric.high))
