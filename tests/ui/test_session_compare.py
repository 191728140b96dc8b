"""Comparing runs through the session, against brute force over their ranks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from store.filter import parse
from tests.compare_world import add_dataset, add_run, decide, random_ranks, suggest
from tests.ui.cluster_world import add_clusters
from workbench.presenters.compare import cluster_lines, fixed_title
from workbench.session import Session, SessionError
from workbench.session.compare import SessionCompare
from workbench.session.compare_ranks import SharedRanks, rank_grid
from workbench.taxonomy import load_taxonomy

NAMES = ("counting", "attributes", "coreference")


@pytest.fixture
def world(empty_workspace):
    """A data set of 30 images and two runs."""
    dataset = add_dataset(empty_workspace)
    a = add_run(empty_workspace, dataset, random_ranks(dataset, 1), "vectors:/a")
    b = add_run(empty_workspace, dataset, random_ranks(dataset, 2), "vectors:/b")
    return empty_workspace, dataset, a, b


def session(workspace, **options):
    return SessionCompare(workspace, load_taxonomy(None), **options)


def kind(query_id):
    return NAMES[query_id % 3]


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
@pytest.mark.parametrize("k", [1, 5])
def test_scores_and_quadrants_are_those_of_the_ranks(world, direction, k):
    workspace, dataset, a, b = world
    found = session(workspace).compare(a.id, b.id, direction, k)
    ranks_a = dict(zip(*workspace.runs.ranks(a.id, direction), strict=True))
    ranks_b = dict(zip(*workspace.runs.ranks(b.id, direction), strict=True))
    n = len(ranks_a)
    assert (found.n_queries, found.n_images) == (n, dataset.n_images)
    for at in (1, 5, 10):
        score = next(s for s in found.scores if s.name == f"R@{at}")
        share_a = sum(r <= at for r in ranks_a.values()) / n
        share_b = sum(r <= at for r in ranks_b.values()) / n
        assert score.a.value == pytest.approx(share_a)
        assert score.b.value == pytest.approx(share_b)
        assert score.difference.value == pytest.approx(share_b - share_a)
        assert score.difference.low <= score.difference.value <= score.difference.high
    median = next(s for s in found.scores if s.name == "median_rank")
    assert median.b.value == np.median(list(ranks_b.values()))
    cells = {
        name: sum((ranks_a[q] <= k, ranks_b[q] <= k) == hits for q in ranks_a)
        for name, hits in (
            ("only_b", (False, True)),
            ("only_a", (True, False)),
            ("neither", (False, False)),
            ("both", (True, True)),
        )
    }
    assert {one.name: one.n for one in found.quadrants} == cells
    fewer = min(cells["only_a"], cells["only_b"])
    changed = cells["only_a"] + cells["only_b"]
    tail = sum(math.comb(changed, i) for i in range(fewer + 1)) / 2**changed
    assert found.p == pytest.approx(min(1.0, 2 * tail))


def test_a_quadrant_s_filter_lists_its_queries_in_run_a(world):
    workspace, _, a, b = world
    found = session(workspace).compare(a.id, b.id, "t2i", 5)
    for one in found.quadrants:
        view = found.cases(one.name)
        assert (view.run_id, view.direction, view.filter) == (a.id, "t2i", one.filter)
        assert workspace.cases.count(a.id, "t2i", parse(one.filter)) == one.n
    assert sum(one.n for one in found.quadrants) == found.n_queries


def test_swapping_the_runs_turns_everything_round(world):
    workspace, _, a, b = world
    compare = session(workspace).compare
    there, back = compare(a.id, b.id), compare(b.id, a.id)
    for one, other in zip(there.scores, back.scores, strict=True):
        assert one.difference.value == pytest.approx(-other.difference.value)
        assert one.difference.low == pytest.approx(-other.difference.high)
    assert there.quadrant("only_a").n == back.quadrant("only_b").n
    assert there.p == back.p
    assert np.array_equal(np.array(there.ranks.counts).T, back.ranks.counts)


def test_equal_requests_are_computed_once(world, monkeypatch):
    workspace, _, a, b = world
    made = session(workspace)
    first = made.compare(a.id, b.id)
    monkeypatch.setattr("workbench.session.compare.measure", None)
    assert made.compare(a.id, b.id).scores is first.scores


def test_suggestions_stand_in_for_labels_and_say_so(world):
    workspace, _, a, b = world
    for run in (a, b):
        suggest(workspace, run, "t2i", kind)
    found = session(workspace).compare(a.id, b.id)
    ids, rank_a = workspace.runs.ranks(a.id, "t2i")
    _, rank_b = workspace.runs.ranks(b.id, "t2i")
    assert [row.category for row in found.categories] == list(NAMES)
    p_values = []
    for row in found.categories:
        own = np.array([kind(query) == row.category for query in ids.tolist()])
        assert not row.decided
        assert row.n == int((own & (rank_a > 1)).sum())
        assert row.fixed == int((own & (rank_a > 1) & (rank_b == 1)).sum())
        assert row.broken == int((own & (rank_a == 1) & (rank_b > 1)).sum())
        assert row.share.low < row.fixed / row.n < row.share.high
        p_values.append(row.p)
    assert min(row.p_adjusted for row in found.categories) == pytest.approx(
        min(1.0, 3 * min(p_values))
    )
    assert session(workspace, annotator="mh", blind=True).compare(a.id, b.id).categories == ()


def test_a_category_goes_by_suggestions_until_enough_is_decided(world):
    workspace, _, a, b = world
    for run in (a, b):
        suggest(workspace, run, "t2i", kind)
    before = session(workspace).compare(a.id, b.id).categories
    ids, rank_a = workspace.runs.ranks(a.id, "t2i")
    counting = [query for query in ids[rank_a > 1].tolist() if kind(query) == "counting"]
    decide(workspace, a, "t2i", counting[:9], "counting")
    after = session(workspace).compare(a.id, b.id).categories
    assert [(row.decided, row.n, row.p) for row in after] == [
        (False, row.n, row.p) for row in before
    ]
    decide(workspace, a, "t2i", counting[9:10], "counting")
    found = session(workspace).compare(a.id, b.id)
    first, *others = found.categories
    assert (first.decided, first.n, first.p_adjusted) == (True, 10, None)
    assert [(row.decided, row.n) for row in others] == [(False, row.n) for row in before[1:]]
    assert min(row.p_adjusted for row in others) == pytest.approx(
        min(1.0, 2 * min(row.p for row in others))
    )
    assert "with ? by suggestion" in fixed_title(found)


def test_decided_labels_win_and_few_have_no_interval(world):
    workspace, _, a, b = world
    ids, rank_a = workspace.runs.ranks(a.id, "t2i")
    _, rank_b = workspace.runs.ranks(b.id, "t2i")
    missed = ids[rank_a > 1].tolist()
    few, many = missed[:4], missed[4:40]
    hit = ids[rank_a == 1].tolist()[0]
    decide(workspace, a, "t2i", [*few, hit], "counting")
    decide(workspace, a, "t2i", many, "attributes")
    counting, attributes = session(workspace).compare(a.id, b.id).categories
    fixed = set(ids[(rank_a > 1) & (rank_b == 1)].tolist())
    assert (counting.decided, counting.n, counting.few) == (True, 4, True)
    assert counting.fixed == len(fixed & set(few))
    assert counting.share.low is None
    assert (attributes.n, attributes.few) == (36, False)
    assert attributes.fixed == len(fixed & set(many))
    # Only A's misses were looked at: fixed against broken would always favour B.
    assert counting.p is attributes.p is None
    assert attributes.p_adjusted is None


def test_labels_of_every_disagreement_are_tested(world):
    workspace, _, a, b = world
    ids, rank_a = workspace.runs.ranks(a.id, "t2i")
    _, rank_b = workspace.runs.ranks(b.id, "t2i")
    fixed = ids[(rank_a > 1) & (rank_b == 1)].tolist()
    broken = ids[(rank_a == 1) & (rank_b > 1)].tolist()
    decide(workspace, a, "t2i", fixed, "counting")
    decide(workspace, b, "t2i", broken[1:], "counting")
    assert session(workspace).compare(a.id, b.id).categories[0].p is None
    decide(workspace, b, "t2i", broken[:1], "counting")
    found = session(workspace).compare(a.id, b.id)
    assert (found.categories[0].fixed, found.categories[0].broken) == (len(fixed), len(broken))
    assert found.categories[0].p == pytest.approx(found.p)


def test_blind_sees_one_s_own_labels_only(world):
    workspace, _, a, b = world
    ids, rank_a = workspace.runs.ranks(a.id, "t2i")
    decide(workspace, a, "t2i", ids[rank_a > 1].tolist()[:20], "counting", by="other")
    assert session(workspace).compare(a.id, b.id).categories
    assert session(workspace, annotator="mh", blind=True).compare(a.id, b.id).categories == ()


def test_runs_on_other_data_are_refused(world):
    workspace, _, a, _ = world
    other = add_dataset(workspace, name="other")
    c = add_run(workspace, other, random_ranks(other, 3))
    with pytest.raises(SessionError, match="pairs/test and run 3 on other/test, other data"):
        session(workspace).compare(a.id, c.id)
    with pytest.raises(SessionError, match="itself"):
        session(workspace).compare(a.id, a.id)
    with pytest.raises(SessionError, match="no run 99"):
        session(workspace).compare(a.id, 99)


def test_runs_on_other_queries_of_the_same_data_are_refused(world):
    workspace, _, a, b = world
    with workspace.write() as connection:
        connection.execute("DELETE FROM ranks WHERE run_id = ? AND query_id = 7", (b.id,))
    with pytest.raises(SessionError, match="150 t2i queries and run 2 has 149"):
        session(workspace).compare(a.id, b.id)


def test_few_images_have_no_interval(empty_workspace):
    dataset = add_dataset(empty_workspace, 9)
    a, b = (add_run(empty_workspace, dataset, random_ranks(dataset, n), f"v:{n}") for n in (1, 2))
    found = session(empty_workspace).compare(a.id, b.id)
    assert all(score.difference.low is None for score in found.scores)


def test_protocols_are_compared_part_by_part(world):
    workspace, dataset, a, _ = world
    protocol = {
        "prompt": "a photo of",
        "image_size": 384,
        "lower_case": True,
        "model": "other",
        "rerank": {"k": 16, "scorer_spec": "blip:x", "score": "itm_logit + itc"},
    }
    b = add_run(workspace, dataset, random_ranks(dataset, 2), "v:b", stage="itm", protocol=protocol)
    found = session(workspace).compare(a.id, b.id)
    assert [(d.name, d.a, d.b) for d in found.differences] == [
        ("stage", "itc", "itm"),
        ("re-ranking", "none", "first 16 by x, itm_logit + itc"),
        ("image size", "224", "384"),
        ("prompt", "none", "a photo of"),
        ("lower-casing", "not stated", "yes"),
    ]


def test_the_grid_of_ranks_counts_every_query_once():
    rng = np.random.default_rng(0)
    a, b = rng.integers(1, 3000, (2, 500))
    grid = rank_grid(SharedRanks("t2i", np.arange(500), np.arange(500), a, b))
    assert grid.bounds == (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
    for i, high in enumerate(grid.bounds):
        low = grid.bounds[i - 1] if i else 0
        for j, top in enumerate(grid.bounds):
            bottom = grid.bounds[j - 1] if j else 0
            inside = (a > low) & (a <= high) & (b > bottom) & (b <= top)
            assert grid.counts[i][j] == inside.sum()


def test_choices_and_the_first_pair(world):
    workspace, _, a, b = world
    made = Session(workspace).compare
    assert [one.run_id for one in made.choices()] == [b.id, a.id]
    assert made.first_pair() == (a.id, b.id)
    other = add_dataset(workspace, name="other")
    c = add_run(workspace, other, random_ranks(other, 3))
    assert made.first_pair() == (a.id, b.id)
    assert [one.run_id for one in made.choices(like=a.id)] == [b.id, a.id]
    assert [one.run_id for one in made.choices(like=c.id)] == [c.id]


def test_a_run_of_a_published_model_is_judged(empty_workspace):
    """What is called Flickr30K and has another size is told so."""
    dataset = add_dataset(empty_workspace, 30, name="flickr30k", size=(200, 150))
    protocol = {"activation": "QuickGELU", "prompt": "", "truncated_captions": 0}
    spec = "open_clip:ViT-B-32/openai"
    ranks = random_ranks(dataset, 1)
    run = add_run(empty_workspace, dataset, ranks, spec, protocol=protocol)
    (verdict,) = session(empty_workspace).verdicts(run.id)
    assert not verdict.within
    found = {cause.name: cause.detail for cause in verdict.causes if cause.state == "found"}
    assert "split size: 30 images instead of 1,000" in found.values()
    assert any("100.0% of the images" in detail for detail in found.values())
    other = add_dataset(empty_workspace, 30, name="mine")
    run = add_run(empty_workspace, other, ranks, spec, protocol=protocol)
    assert session(empty_workspace).verdicts(run.id) == ()


def test_the_table_of_models_marks_what_nothing_beats_for_less(world):
    workspace, dataset, _, _ = world
    good, bad = np.ones(150, int), np.full(150, 20)
    ones, twenties = np.ones(30, int), np.full(30, 20)
    cheap = {"gflops_image": 1.0, "gflops_text": 1.0, "gflops_pair": 2.0, "weights_bytes": 10}
    rows = [
        ({"t2i": good, "i2t": ones}, {**cheap, "gflops_image": 9.0}, "vectors:/best"),
        ({"t2i": bad, "i2t": ones}, cheap, "vectors:/cheap"),
        ({"t2i": bad, "i2t": twenties}, {**cheap, "gflops_text": 2.0}, "vectors:/beaten"),
    ]
    runs = [
        add_run(
            workspace,
            dataset,
            ranks,
            spec,
            efficiency=costs,
            parameters=1000,
            images_per_s=10.0,
            captions_per_s=75.0,
        )
        for ranks, costs, spec in rows
    ]
    table = session(workspace).models_table(dataset.id, run_ids=tuple(r.id for r in runs))
    assert [row.model for row in table.rows] == [
        "vectors:/best",
        "vectors:/cheap",
        "vectors:/beaten",
    ]
    assert [(row.gflops, row.pareto) for row in table.rows] == [
        (10.0, True),
        (2.0, True),
        (3.0, False),
    ]
    assert table.rows[0].t2i == (1.0, 1.0, 1.0)
    assert table.rows[1].r_mean == 0.5
    assert table.rows[0].disk_bytes == 10
    assert {(p.name, p.cost, p.pareto) for p in table.points} == {
        ("best", 10.0, True),
        ("cheap", 2.0, True),
        ("beaten", 3.0, False),
    }
    by_time = session(workspace).models_table(dataset.id, cost="seconds")
    assert len(by_time.rows) == 5
    assert {point.cost for point in by_time.points} == {30 / 10 + 150 / 75}
    assert [row.pareto for row in by_time.rows if row.images_per_s is None] == [None, None]


def test_a_re_ranked_run_costs_its_pairs_and_its_first_stage(world):
    workspace, dataset, _, _ = world
    costs = {"gflops_image": 1.0, "gflops_text": 1.0}
    speed = {"images_per_s": 30.0, "captions_per_s": 150.0}
    ranks = random_ranks(dataset, 5)
    first = add_run(workspace, dataset, ranks, "vectors:/f", efficiency=costs, **speed)
    second = add_run(
        workspace,
        dataset,
        ranks,
        "vectors:/f",
        stage="itm",
        protocol={"rerank": {"k": 64, "candidates": {"t2i": 30, "i2t": 64}}},
        first_run_id=first.id,
        efficiency={"gflops_pair": 2.0},
        pairs_per_s=100.0,
    )
    made = session(workspace)
    (row,) = made.models_table(dataset.id, run_ids=(second.id,)).rows
    assert (row.rerank, row.gflops) == (64, 1 + 1 + 30 * 2)
    (point,) = made.models_table(dataset.id, run_ids=(second.id,), cost="seconds").points
    assert point.cost == pytest.approx(1 + 1 + (30 * 150 + 64 * 30) / 100)


def test_published_costs_are_marked(empty_workspace):
    dataset = add_dataset(empty_workspace, 30)
    add_run(empty_workspace, dataset, random_ranks(dataset, 1), "open_clip:ViT-B-32/openai")
    (row,) = session(empty_workspace).models_table(dataset.id).rows
    assert (row.gflops, row.gflops_published, row.parameters) == (14.78, True, 151_280_000)


def test_what_b_fixes_is_counted_by_cluster_of_a(world):
    workspace, _, a, b = world
    assert session(workspace).compare(a.id, b.id).clusters == ()
    add_clusters(workspace, a.id)
    members = workspace.clusterings.members(workspace.clusterings.latest(a.id, "t2i").id)
    ids, rank_a = workspace.runs.ranks(a.id, "t2i")
    _, rank_b = workspace.runs.ranks(b.id, "t2i")
    found = session(workspace).compare(a.id, b.id)
    assert [row.n for row in found.clusters] == sorted((r.n for r in found.clusters), reverse=True)
    for row in found.clusters:
        inside = np.isin(ids, members.query_id[members.cluster == row.cluster]) & (rank_a > 1)
        assert row.n == inside.sum()
        assert row.fixed == (inside & (rank_b == 1)).sum()
        assert row.share.low is None or row.share.low <= row.fixed / row.n <= row.share.high
    lines = [line.text for line in cluster_lines(found, 80, 4)]
    assert len(lines) == 4
    first = found.clusters[0]
    assert f"{first.cluster} {first.name}" in lines[1]
    assert f"{first.fixed} of" in lines[1]
