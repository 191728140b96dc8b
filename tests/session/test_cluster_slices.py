"""Slices by cluster: every query, hits too, is in the cluster whose centre is nearest."""

import numpy as np
import pytest

from workbench.jobs import cluster, evaluate
from workbench.session.clusters import SessionClusters
from workbench.session.errors import SessionError
from workbench.session.slices import SessionSlices
from workbench.taxonomy import load_taxonomy


@pytest.fixture
def run_id(context, imported, vectors):
    return evaluate.run(context(dataset_id=imported.id, model=f"vectors:{vectors}", k=5))["run_id"]


@pytest.fixture
def slices(workspace):
    return SessionSlices(workspace, load_taxonomy(workspace.path))


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
def test_they_are_those_of_the_table_of_clusters(workspace, context, run_id, slices, direction):
    cluster.run(context(run_id=run_id, direction=direction, k=2))
    session = SessionClusters(workspace, annotator="mh")
    session.name(run_id, direction, {1: "mine"})
    session.star(session.table(run_id, direction).clustering_id, [0], True)  # names nothing
    found = slices.of(run_id, direction, by="cluster")
    ids, ranks = workspace.runs.ranks(run_id, direction)
    assert sum(row.n for row in found.slices) == len(ids)
    assert sum(row.misses for row in found.slices) == (ranks > 1).sum()
    assert {row.trait for row in found.slices} == {"cluster"}
    for row, slice in zip(session.table(run_id, direction).rows, found.slices, strict=True):
        assert slice.name == f"{row.facts.cluster} {row.name}"
        assert (slice.n, slice.misses) == (row.facts.queries, row.facts.size)
        assert 1 - slice.recall.value == pytest.approx(row.facts.miss_rate.value)


def test_what_has_no_clusters_of_queries_is_said(context, run_id, slices):
    with pytest.raises(SessionError, match=f"no t2i clusters: `workbench cluster {run_id} --dir"):
        slices.of(run_id, by="cluster")
    cluster.run(context(run_id=run_id, k=2, features="difference"))
    with pytest.raises(SessionError, match="which hits do not have"):
        slices.of(run_id, by="cluster")
    assert np.isfinite(slices.of(run_id).recall.value)
