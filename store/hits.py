"""The first hits of all queries of a run at once, as columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from store.connections import Connections
from store.records.direction import Direction


class Hits:
    """What was retrieved first; a run keeps as many hits of a query as it was evaluated with."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def first(
        self, run_id: int, direction: Direction, k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the queries (n,) in order and the ids (n, up to `k`) of their first hits.

        -1 is no hit. There are fewer columns than `k` where the run keeps fewer hits.
        """
        rows = self._connections.read().execute(
            "SELECT query_id, position, item_id FROM hits "
            "WHERE run_id = ? AND direction = ? AND position <= ? ORDER BY query_id, position",
            (run_id, direction, k),
        )
        columns = [("query", np.int64), ("position", np.int64), ("item", np.int64)]
        found = np.fromiter(rows, dtype=columns)
        query, row = np.unique(found["query"], return_inverse=True)
        hits = np.full((len(query), found["position"].max(initial=0)), -1, np.int64)
        hits[row, found["position"] - 1] = found["item"]
        return query, hits

    def of(self, run_id: int, direction: Direction, query_id: int) -> list[tuple[int, float]]:
        """Return a query's kept hits, best first, as (item id, score)."""
        rows = self._connections.read().execute(
            "SELECT item_id, score FROM hits "
            "WHERE run_id = ? AND direction = ? AND query_id = ? ORDER BY position",
            (run_id, direction, query_id),
        )
        return rows.fetchall()
