"""The most similar cases: failures of the run, by the mean of two cosines."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from store.workspace import Workspace
from workbench.session.errors import SessionError
from workbench.session.neighbours import SessionNeighbours


@pytest.fixture(scope="module")
def workspace(searched):
    with Workspace(searched, read_only=True) as opened:
        yield opened


def by_hand(workspace, direction, query_id):
    """All other failures with how alike they are, from the arrays on disk."""
    images, texts = (
        np.load(next(workspace.path.glob(f"vectors/*/{side}.npy"))) for side in ("images", "texts")
    )
    asked, retrieved = (texts, images) if direction == "t2i" else (images, texts)
    rows = workspace.read().execute(
        "SELECT query_id, top_id, rank FROM ranks WHERE direction = ?", (direction,)
    )
    table = {query: (top, rank) for query, top, rank in rows}  # ids of a first import are 1, 2, ..
    own = asked[query_id - 1], retrieved[table[query_id][0] - 1]
    return {
        query: float(asked[query - 1] @ own[0] + retrieved[top - 1] @ own[1]) / 2
        for query, (top, rank) in table.items()
        if rank > 1 and query != query_id
    }


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
def test_they_are_the_nearest_failures_by_query_and_by_what_came_first(workspace, direction):
    ids, ranks = workspace.runs.ranks(1, direction)
    query_id = int(ids[ranks > 1][0])
    (case,) = workspace.cases.rows(1, direction, [query_id])
    found = SessionNeighbours(workspace).of(case)
    expected = by_hand(workspace, direction, query_id)
    best = sorted(expected.values(), reverse=True)[:5]
    assert [one.alike for one in found] == pytest.approx(best, abs=1e-5)
    for one in found:
        assert one.alike == pytest.approx(expected[one.query_id], abs=1e-5)


def test_a_hit_has_neighbours_too_and_k_may_be_more_than_there_are(workspace):
    ids, ranks = workspace.runs.ranks(1, "t2i")
    (hit,) = workspace.cases.rows(1, "t2i", [int(ids[ranks == 1][0])])
    found = SessionNeighbours(workspace).of(hit, k=10_000)
    assert {one.query_id for one in found} == set(ids[ranks > 1].tolist())


def test_without_vectors_there_is_a_sentence(searched, tmp_path):
    path = shutil.copytree(searched, tmp_path / "ws")
    shutil.rmtree(path / "vectors")
    with Workspace(path) as workspace:
        (case,) = workspace.cases.rows(1, "t2i", [1])
        with pytest.raises(SessionError, match="not in the workspace any more"):
            SessionNeighbours(workspace).of(case)
