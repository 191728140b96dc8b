"""Clusters as a session reads them: one name makes one of several, and names can be taken back."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from store.filter import parse
from store.workspace import Workspace
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import fill
from workbench.presenters.cluster_table import top_label
from workbench.session import SessionError
from workbench.session.cluster_groups import weighted
from workbench.session.clusters import SessionClusters
from workbench.taxonomy import load_taxonomy
from workbench.views.compare import Estimate


@pytest.fixture
def workspace(tmp_path):
    with Workspace(tmp_path / "workspace") as made:
        fill(made, tmp_path / "images")
        yield made


@pytest.fixture
def clusters(workspace):
    add_clusters(workspace)
    return SessionClusters(workspace, annotator="mh")


def test_clusters_of_one_name_are_one(clusters, workspace):
    before = clusters.table(2, "t2i")
    assert [row.parts for row in before.rows] == [(0,), (1,), (2,), (3,)]
    clusters.rename(before.clustering_id, {0: "dogs", 3: "dogs"})
    table = clusters.table(2, "t2i")
    assert [row.parts for row in table.rows] == [(0, 3), (1,), (2,)]
    merged, first, last = table.rows[0], before.rows[0].facts, before.rows[3].facts
    facts = merged.facts
    assert (merged.name, merged.named, merged.number) == ("dogs", True, 0)
    assert merged.filter == "cluster:0,3"
    assert facts.size == first.size + last.size
    assert facts.queries == first.queries + last.queries
    assert facts.miss_rate.value == pytest.approx(facts.size / facts.queries)
    assert facts.miss_rate.low < facts.miss_rate.value < facts.miss_rate.high
    assert facts.share.value == pytest.approx(first.share.value + last.share.value)
    overall = table.facts.n_misses / table.facts.n_queries
    assert facts.lift == pytest.approx(facts.miss_rate.value / overall)
    assert last.coherence < facts.coherence < first.coherence
    assert set(facts.near) == {1, 2}
    assert facts.words[:2] == ("dogs", "red")
    assert table.row(3) is merged
    listed = workspace.cases.ids(2, "t2i", parse(merged.filter), "id")
    assert len(listed) == facts.size
    hits = {name: n for row in before.rows if row.number in (0, 3) for name, n in row.hints.items()}
    assert set(merged.hints) == set(hits)
    assert sum(merged.hints.values()) == facts.size


def test_what_was_named_is_taken_back_step_by_step(clusters):
    number = clusters.table(2, "t2i").clustering_id
    clusters.rename(number, {1: "children"})
    clusters.rename(number, {0: "all", 1: "all"})
    assert len(clusters.table(2, "t2i").rows) == 3
    clusters.undo()
    assert [row.name for row in clusters.table(2, "t2i").rows][:2] == ["dogs wet grass", "children"]
    clusters.undo()
    assert not any(row.named for row in clusters.table(2, "t2i").rows)
    assert clusters.undo() is None
    clusters.redo()
    clusters.redo()
    assert clusters.redo() is None
    assert len(clusters.table(2, "t2i").rows) == 3
    clusters.undo()
    clusters.rename(number, {2: "x"})
    assert clusters.redo() is None


def test_nothing_is_written_read_only_and_wrong_numbers_are_refused(clusters, workspace):
    number = clusters.table(2, "t2i").clustering_id
    reader = SessionClusters(workspace, annotator="mh", readonly=True)
    how = {"k": None, "features": "query", "at_k": 1, "where": "", "projection": "pca"}
    for write in (
        lambda: reader.rename(number, {0: "x"}),
        lambda: reader.start(2, "t2i", **how),
        lambda: clusters.rename(number, {9: "x"}),
        lambda: clusters.name(1, "t2i", {0: "x"}),
    ):
        with pytest.raises(SessionError):
            write()
    assert clusters.undo() is None
    assert workspace.jobs.all() == []
    job = clusters.start(2, "i2t", **how)
    assert (job.kind, job.params["run_id"], job.params["direction"]) == ("cluster", 2, "i2t")


def test_the_table_is_written_with_what_is_on_screen(clusters, tmp_path):
    table = clusters.table(2, "t2i")
    clusters.rename(table.clustering_id, {0: "=1+1, dogs", 3: "=1+1, dogs"})
    table = clusters.table(2, "t2i")
    done = clusters.export(table, tmp_path / "clusters.csv")
    with done.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["clusters"] for row in rows] == ["0+3", "1", "2"]
    assert rows[0]["name"] == "'=1+1, dogs"
    assert float(rows[0]["miss_rate"]) == pytest.approx(table.rows[0].facts.miss_rate.value)
    meta = json.loads(done.meta_path.read_text())
    assert (meta["clustering_id"], meta["misses"], meta["rows"]) == (
        table.clustering_id,
        table.facts.n_misses,
        3,
    )
    with pytest.raises(SessionError, match="exists"):
        clusters.export(table, tmp_path / "clusters.csv")


def test_shares_without_limits_have_none_together():
    few = Estimate(0.5)
    assert weighted([(few, 0.5), (Estimate(0.1, 0.0, 0.2), 0.5)]) == Estimate(0.3)
    one = Estimate(0.5, 0.4, 0.7)
    assert weighted([(one, 1.0)]) == one


def test_the_members_are_those_of_the_table(clusters):
    table = clusters.table(2, "t2i")
    members = clusters.members(table.clustering_id)
    sizes = np.bincount(members.cluster).tolist()
    assert sizes == [row.facts.size for row in table.rows]


@pytest.mark.parametrize(
    ("labels", "decided", "hints", "shown"),
    [
        ({"fine_grained": 1}, 1, {"counting": 30, None: 50}, "CNT? 38%"),
        ({"fine_grained": 1}, 1, {None: 80}, "FIN 1 of 1"),
        ({"fine_grained": 9}, 10, {"counting": 30}, "FIN 90%"),
        ({}, 0, {}, "--"),
    ],
)
def test_a_few_labels_do_not_name_a_cluster(clusters, labels, decided, hints, shown):
    row = clusters.table(2, "t2i").rows[0]
    row = replace(
        row, labels=labels, decided=decided, hints=hints, facts=replace(row.facts, size=80)
    )
    assert top_label(row, load_taxonomy(None)) == shown
