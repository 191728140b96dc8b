"""The cluster job on a small run: what is stored, names that survive, and what cannot be done."""

import numpy as np
import pytest

from store.filter import parse
from workbench.compute.errors import Cancelled, JobError
from workbench.jobs import cluster, evaluate
from workbench.session.clusters import SessionClusters


@pytest.fixture
def run_id(context, imported, vectors):
    return evaluate.run(context(dataset_id=imported.id, model=f"vectors:{vectors}", k=5))["run_id"]


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
@pytest.mark.parametrize("features", ["query", "difference", "both"])
def test_every_failure_has_a_cluster(workspace, context, run_id, direction, features):
    params = {"direction": direction, "features": features, "k": 2}
    cluster.run(context(run_id=run_id, **params))
    table = SessionClusters(workspace, annotator="mh").table(run_id, direction)
    ids, ranks = workspace.runs.ranks(run_id, direction)
    members = workspace.clusterings.members(table.clustering_id)
    assert members.query_id.tolist() == ids[ranks > 1].tolist()
    assert sum(row.facts.size for row in table.rows) == len(members.query_id)
    for row in table.rows:
        where = parse(f"cluster:{row.facts.cluster}")
        assert workspace.cases.count(run_id, direction, where) == row.facts.size
        assert (row.facts.miss_rate is None) == (features != "query")
        assert all(text for _, text in row.typical)
    if features == "query":
        assert sum(row.facts.queries for row in table.rows) == len(ids)
        for row in table.rows:
            rate = row.facts.size / row.facts.queries
            assert row.facts.miss_rate.value == pytest.approx(rate)
            assert row.facts.lift == pytest.approx(rate / (ranks > 1).mean())
    assert any("no text encoder" in note for note in table.facts.notes)


def test_the_same_request_gives_the_same_and_names_survive(workspace, context, run_id):
    session = SessionClusters(workspace, annotator="mh")
    cluster.run(context(run_id=run_id, k=3))
    session.name(run_id, "t2i", {1: "bikes/count"})
    cluster.run(context(run_id=run_id, k=1))
    assert not session.table(run_id, "t2i").rows[0].named
    cluster.run(context(run_id=run_id, k=3))
    again = session.table(run_id, "t2i")
    assert [(row.name, row.named) for row in again.rows][1] == ("bikes/count", True)
    first = workspace.clusterings.of(run_id, "t2i")[-1]
    assert first.result == workspace.clusterings.latest(run_id, "t2i").result
    session.name(run_id, "t2i", {1: ""})
    cluster.run(context(run_id=run_id, k=3))
    assert not any(row.named for row in session.table(run_id, "t2i").rows)


def test_merged_clusters_survive_in_the_clusters_that_lie_among_them(workspace, context, run_id):
    session = SessionClusters(workspace, annotator="mh")
    cluster.run(context(run_id=run_id, k=6))
    session.name(run_id, "t2i", {0: "people", 2: "people", 1: "dogs"})
    before = session.table(run_id, "t2i")
    assert [row.parts for row in before.rows if row.named] == [(0, 2), (1,)]
    members = session.members(before.clustering_id)
    merged = set(members.query_id[np.isin(members.cluster, (0, 2))].tolist())
    cluster.run(context(run_id=run_id, k=12))
    after = session.table(run_id, "t2i")
    now = session.members(after.clustering_id)
    expected = {
        number
        for number in range(12)
        if np.mean([query in merged for query in now.query_id[now.cluster == number]]) >= 0.5
    }
    assert expected
    (people,) = (row for row in after.rows if row.name == "people")
    assert set(people.parts) == expected
    cluster.run(context(run_id=run_id, k=6))
    again = session.table(run_id, "t2i")
    assert [(row.name, row.parts) for row in again.rows if row.named] == [
        ("people", (0, 2)),
        ("dogs", (1,)),
    ]


def test_what_is_too_little_is_said(workspace, context, run_id):
    with pytest.raises(JobError, match="no t2i failures"):
        cluster.run(context(run_id=run_id, at_k=12))
    ids, ranks = workspace.runs.ranks(run_id, "t2i")
    one = int(ids[ranks > 1][0])
    cluster.run(context(run_id=run_id, where=f"id:{one}"))
    table = SessionClusters(workspace, annotator="mh").table(run_id, "t2i")
    assert (table.k, table.facts.n_misses) == (1, 1)
    assert any("too few" in note for note in table.facts.notes)
    failures = int((ranks > 1).sum())
    cluster.run(context(run_id=run_id, k=failures))
    assert SessionClusters(workspace, annotator="mh").table(run_id, "t2i").k == failures
    with pytest.raises(JobError, match=rf"{failures} t2i failures .*, too few for 9,999 clusters"):
        cluster.run(context(run_id=run_id, k=9_999))
    with pytest.raises(JobError, match=r"1 t2i failures .* match 'id:\d+', too few for 2"):
        cluster.run(context(run_id=run_id, k=2, where=f"id:{one}"))


def test_it_stops_between_numbers_of_clusters(context, run_id):
    asked = context(run_id=run_id)
    told = asked.report

    def stop(stage, done, total):
        told(stage, done, total)
        if stage.startswith("choosing"):
            asked.stop.set()

    asked.report = stop
    with pytest.raises(Cancelled):
        cluster.run(asked)


def test_a_missing_umap_is_one_sentence(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(JobError, match=r"\[umap\]"):
        cluster.check_projection("umap")
