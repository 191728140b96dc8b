"""Clusterings of a run's failures; the newest of a run and direction is the one in lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import repeat
from typing import Any

import numpy as np

from store.clock import utc_now
from store.connections import Connections
from store.errors import NotFound
from store.records import Clustering, ClusterMembers, Direction
from store.tables import insert, to_json

_COLUMNS = "id, run_id, direction, k, seed, features, result, created_at"


class Clusterings:
    """Clusterings with their members; each is stored whole."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self,
        *,
        run_id: int,
        direction: Direction,
        k: int,
        seed: int,
        features: str,
        result: Mapping[str, Any],
        members: ClusterMembers,
    ) -> Clustering:
        """Store a clustering in one transaction."""
        row = {
            "run_id": run_id,
            "direction": direction,
            "k": k,
            "seed": seed,
            "features": features,
            "result": to_json(dict(result)),
            "created_at": utc_now(),
        }
        columns = (members.query_id, members.cluster, members.distance, members.x, members.y)
        values = [np.asarray(column).tolist() for column in columns]
        with self._connections.write() as connection:
            clustering_id = insert(connection, "clusterings", row)
            connection.executemany(
                "INSERT INTO cluster_members (clustering_id, query_id, cluster, distance, x, y) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                zip(repeat(clustering_id), *values, strict=False),
            )
        return self.get(clustering_id)

    def get(self, clustering_id: int) -> Clustering:
        """Return a clustering by id; raises NotFound."""
        row = (
            self._connections.read()
            .execute(f"SELECT {_COLUMNS} FROM clusterings WHERE id = ?", (clustering_id,))
            .fetchone()
        )
        if row is None:
            raise NotFound(f"no clustering {clustering_id} in this workspace")
        return _clustering(row)

    def of(self, run_id: int, direction: Direction) -> list[Clustering]:
        """Return the clusterings of a run, newest first."""
        rows = self._connections.read().execute(
            f"SELECT {_COLUMNS} FROM clusterings WHERE run_id = ? AND direction = ? "
            "ORDER BY id DESC",
            (run_id, direction),
        )
        return [_clustering(row) for row in rows]

    def latest(self, run_id: int, direction: Direction) -> Clustering | None:
        """Return the newest clustering of a run, None if there is none."""
        return next(iter(self.of(run_id, direction)), None)

    def members(self, clustering_id: int) -> ClusterMembers:
        """Return who lies where, in query order."""
        rows = (
            self._connections.read()
            .execute(
                "SELECT query_id, cluster, distance, x, y FROM cluster_members "
                "WHERE clustering_id = ? ORDER BY query_id",
                (clustering_id,),
            )
            .fetchall()
        )
        query_id, cluster, distance, x, y = zip(*rows, strict=True) if rows else ((),) * 5
        return ClusterMembers(
            query_id=np.array(query_id, dtype=np.int64),
            cluster=np.array(cluster, dtype=np.int64),
            distance=np.array(distance, dtype=np.float64),
            x=np.array(x, dtype=np.float64),
            y=np.array(y, dtype=np.float64),
        )


def _clustering(row: tuple[Any, ...]) -> Clustering:
    columns = dict(zip(_COLUMNS.split(", "), row, strict=True))
    columns["result"] = json.loads(columns["result"])
    return Clustering(**columns)
