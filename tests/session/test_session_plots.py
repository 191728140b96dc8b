"""Plots count the queries that their filters list, whatever the view."""

import json
from dataclasses import replace

import numpy as np
import pytest

from store.records.clustering import ClusterMembers
from tests import compare_world
from tests.compare_world import add_dataset, add_run, decide, random_ranks, suggest
from workbench.analysis.intervals import percentile_interval, replicate_columns
from workbench.session import Session
from workbench.session.errors import FilterRefused
from workbench.session.training_log import read_training
from workbench.views.case_view import CaseView

CATEGORIES = ("counting", "attributes", "abstract")


@pytest.fixture
def dataset(workspace):
    return add_dataset(workspace, 40)


@pytest.fixture
def run(workspace, dataset):
    """A run with margins of its own, suggestions on its misses, and some labels of two people."""
    ranks = random_ranks(dataset, 3)
    rng = np.random.default_rng(5)
    tables = []
    for way, rank in ranks.items():
        rank[0] = 1
        table = compare_world._table(workspace, dataset, way, rank)
        margin = np.where(rank > 1, -1, 1) * np.round(rng.random(len(rank)) / 5, 4)
        top = np.where(np.arange(len(rank)) == 0, -1, table.top_id)  # nothing wrong to find
        tables.append(replace(table, margin=margin, top_id=top))
    run = add_run(workspace, dataset, ranks, tables=tables)
    suggest(workspace, run, "t2i", lambda query: CATEGORIES[query % 3])
    misses = workspace.runs.ranks(run.id, "t2i")[0][ranks["t2i"] > 1].tolist()
    decide(workspace, run, "t2i", misses[:6], "coreference")
    decide(workspace, run, "t2i", misses[6:8], "counting", by="other")
    return run


@pytest.fixture
def session(workspace):
    return Session(workspace, annotator="mh")


def listed(session, view, words):
    return len(session.cases.ids(replace(view, filter=f"{view.filter} {words}".strip())))


@pytest.mark.parametrize("kind", ["ranks", "margins", "categories"])
@pytest.mark.parametrize("direction", ["t2i", "i2t"])
@pytest.mark.parametrize("words", ["", "rank>3", "rank<=5 len>0", "cat:counting"])
def test_every_bar_counts_the_cases_that_its_filter_lists(session, run, kind, direction, words):
    view = CaseView(run.id, direction, words)
    plot = session.plots.plot(kind, view)
    for bar in plot.bars:
        assert bar.n == listed(session, view, bar.filter), bar
        if plot.n:
            assert bar.share.value == pytest.approx(bar.n / plot.n)
            assert 0 <= bar.suggested <= bar.n
    if kind == "ranks":
        assert sum(bar.n for bar in plot.bars) == plot.n == listed(session, view, "")
    if kind == "margins":
        assert sum(bar.n for bar in plot.bars) == plot.n
        assert listed(session, view, "") - plot.n in (0, 1)  # one query has no margin
    if kind == "categories":
        assert plot.n == listed(session, view, "rank>1")


def test_decided_and_suggested_are_told_apart(session, run):
    bars = {b.title: b for b in session.plots.plot("categories", CaseView(run.id, filter="")).bars}
    assert (bars["coreference"].n, bars["coreference"].suggested) == (6, 0)
    assert bars["counting"].n - bars["counting"].suggested == 2
    assert bars["abstract"].suggested == bars["abstract"].n > 0


def test_blind_sees_its_own_labels_only(workspace, run):
    blind = Session(workspace, annotator="mh", blind=True)
    bars = {b.title: b for b in blind.plots.plot("categories", CaseView(run.id, filter="")).bars}
    assert bars["coreference"].n == 6
    assert bars["counting"].n == bars["abstract"].n == 0
    assert bars["no label"].n > 0
    for bar in bars.values():
        assert bar.n == listed(blind, CaseView(run.id, filter=""), bar.filter), bar


def test_the_recall_of_a_whole_run_is_that_of_its_metrics(session, workspace, run):
    found = session.plots.plot("recall", CaseView(run.id, filter=""))
    rank = workspace.runs.ranks(run.id, "t2i")[1]
    image = np.repeat(np.arange(40), 5)
    drawn = replicate_columns({"x": (rank <= 5).astype(float)}, {}, image, 40)["x"]
    wanted = percentile_interval(float((rank <= 5).mean()), drawn)
    point = next(p for p in found.points if p.k == 5)
    assert (point.share.value, point.share.low, point.share.high) == (
        wanted.value,
        wanted.low,
        wanted.high,
    )
    assert point.hits == int((rank <= 5).sum())
    assert found.note == ""
    assert found.points[-1].share.value == 1
    some = session.plots.plot("recall", CaseView(run.id, filter="a"))
    assert (some.n, some.points[0].hits) == (40, int((rank[::5] <= 1).sum()))


@pytest.mark.parametrize(
    "words", ["rank>3", "margin<0", "cat:CNT", f"rank@{1}<=1", "!cluster:none"]
)
def test_queries_chosen_by_how_they_fared_have_no_recall(session, run, words):
    view = CaseView(run.id, filter=words)
    assert "no recall" in session.plots.plot("recall", view).note
    plain = session.plots.plot("recall", CaseView(run.id, filter="a"))
    assert plain.note == ""
    assert all(p.hits + listed(session, plain_view(run), p.filter) == plain.n for p in plain.points)


def plain_view(run):
    return CaseView(run.id, filter="a")


def test_the_map_shows_the_clustered_failures_of_the_view(session, workspace, run):
    empty = session.plots.plot("map", CaseView(run.id, filter=""))
    assert len(empty.query) == 0
    assert f"workbench cluster {run.id}" in empty.note
    query, rank = workspace.runs.ranks(run.id, "t2i")
    missed = query[rank > 1]
    n = len(missed)
    workspace.clusterings.add(
        run_id=run.id,
        direction="t2i",
        k=2,
        seed=0,
        features="query",
        result=clustered(n),
        members=ClusterMembers(
            missed, np.arange(n) % 2, np.zeros(n), np.arange(n) / n, np.zeros(n)
        ),
    )
    found = session.plots.plot("map", CaseView(run.id, filter="cluster:1"))
    assert found.query.tolist() == missed[1::2].tolist()
    assert set(found.cluster.tolist()) == {1}
    assert found.names[1] == "bikes"
    session.clusters.name(run.id, "t2i", {0: "wheels", 1: "wheels"})
    one = session.plots.plot("map", CaseView(run.id, filter=""))
    assert set(one.cluster.tolist()) == set(one.names) == set(one.filters) == {0}
    assert (one.names[0], one.filters[0]) == ("wheels", "cluster:0,1")
    assert listed(session, CaseView(run.id, filter=""), one.filters[0]) == len(one.query) == n


def clustered(n):
    estimate = {"value": 0.5, "low": None, "high": None}
    one = {
        "size": n // 2, "n_images": 9, "share": estimate, "queries": None, "miss_rate": None,
        "lift": None, "coherence": 0.5, "mixed": False, "nearest": None, "words": ["bikes"],
        "phrases": [], "typical": [], "edge": [],
    }  # fmt: skip
    return {
        "at_k": 1, "where": "", "projection": "pca", "algorithm": "kmeans", "asked_k": 2,
        "silhouette": None, "curve": [], "n_queries": 200, "n_misses": n, "notes": [],
        "clusters": [{"cluster": c, **one} for c in range(2)],
    }  # fmt: skip


def test_costs_fall_back_to_what_is_known(session, workspace, dataset, run):
    empty = session.plots.plot("cost", CaseView(run.id))
    assert empty.points == ()
    assert "cost" in empty.note
    other = add_run(workspace, dataset, random_ranks(dataset, 4), "vectors:/w", parameters=1000)
    found = session.plots.plot("cost", CaseView(run.id))
    assert found.cost == "parameters"
    assert [point.run_id for point in found.points] == [other.id]


def test_a_view_that_cannot_be_read_names_the_word(session, run):
    with pytest.raises(FilterRefused, match="rnk"):
        session.plots.scope(CaseView(run.id, filter="rnk>1"))
    scope = session.plots.scope(CaseView(run.id, filter="rank>3"))
    assert (scope.total, scope.dataset) == (200, "pairs/test")
    assert 0 < scope.n < 200


def test_nothing_is_left_of_a_view_without_queries(session, run):
    view = CaseView(run.id, filter="nowhere")
    for kind in ("ranks", "recall", "margins", "categories", "map"):
        plot = session.plots.plot(kind, view)
        assert getattr(plot, "n", 0) == 0
        assert plot.note


def test_a_training_log_is_read_as_far_as_it_goes(tmp_path):
    lines = [{"epoch": e, "loss": 3 / e, "val": {"R@1": e / 10}, "seconds": 5} for e in (1, 2)]
    text = "\n".join(map(json.dumps, lines)) + '\nnot json\n[1]\n{"epoch": 3, "los'
    (tmp_path / "train.jsonl").write_text(text, "utf-8")
    found = read_training(f"local-dir:{tmp_path}")
    assert found.step == "epoch"
    assert {one.name: (one.share, one.points) for one in found.series} == {
        "loss": (False, ((1.0, 3.0), (2.0, 1.5))),
        "val R@1": (True, ((1.0, 0.1), (2.0, 0.2))),
    }
    (tmp_path / "train.jsonl").write_text("", "utf-8")
    assert "no numbers" in read_training(str(tmp_path)).note
    assert "train.jsonl" in read_training("laion2b").note


def test_numbers_that_no_axis_can_hold_are_passed_over(tmp_path):
    digits = "9" * 400
    lines = (
        '{"epoch": NaN, "loss": 1}',
        '{"epoch": Infinity, "loss": 2}',
        f'{{"epoch": {digits}, "loss": {digits}}}',
        '{"epoch": 4, "loss": 1e308}',
        '{"epoch": 5, "loss": 3}',
    )
    (tmp_path / "train.jsonl").write_text("\n".join(lines), "utf-8")
    (series,) = read_training(str(tmp_path)).series
    assert series.points == ((1.0, 1.0), (2.0, 2.0), (5.0, 3.0))
