"""Clusterings of a run's failures; the newest of a run and direction is the one in lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

import numpy as np

from store.clock import utc_now
from store.connections import Connections
from store.errors import NotFound
from store.records.clustering import Clustering, ClusterMembers, ClusterName
from store.records.direction import Direction
from store.records.run import RunQueries
from store.tables import clean, insert, to_json

_COLUMNS = "id, run_id, direction, k, seed, features, result, created_at"
_GIVEN = "INSERT INTO cluster_names (clustering_id, cluster, name, annotator, at, star) VALUES "
_NAME = (
    f"{_GIVEN}(?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET name = excluded.name, "
    "annotator = excluded.annotator, at = excluded.at"
)
_STAR = (
    f"{_GIVEN}(?, ?, '', ?, ?, ?) ON CONFLICT DO UPDATE SET star = excluded.star, "
    "annotator = excluded.annotator, at = excluded.at"
)


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
        names: Iterable[ClusterName] = (),
    ) -> Clustering:
        """Store a clustering in one transaction, with the names that its clusters inherit."""
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
            connection.executemany(
                f"{_GIVEN}(?, ?, ?, ?, ?, ?)",
                [(clustering_id, n.cluster, n.name, n.annotator, n.at, n.star) for n in names],
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

    def name(self, clustering_id: int, names: Mapping[int, str], annotator: str) -> None:
        """Give clusters names, all or none; an empty one takes a name back. Raises NotFound."""
        self._check(clustering_id, names)
        now, who = utc_now(), clean(annotator)
        with self._connections.write() as connection:
            connection.executemany(
                _NAME,
                [(clustering_id, at, clean(name.strip()), who, now) for at, name in names.items()],
            )

    def star(self, clustering_id: int, clusters: Iterable[int], star: bool, annotator: str) -> None:
        """Star clusters, or take their stars away, all or none. Raises NotFound."""
        chosen = list(clusters)
        self._check(clustering_id, chosen)
        now, who = utc_now(), clean(annotator)
        with self._connections.write() as connection:
            connection.executemany(
                _STAR, [(clustering_id, at, who, now, int(star)) for at in chosen]
            )

    def _check(self, clustering_id: int, clusters: Iterable[int]) -> None:
        k = self.get(clustering_id).k
        for cluster in clusters:
            if not 0 <= cluster < k:
                raise NotFound(f"no cluster {cluster}: clustering {clustering_id} has 0 to {k - 1}")

    def names(self, clustering_id: int) -> dict[int, ClusterName]:
        """Return what people named or starred; an empty name is none."""
        rows = self._connections.read().execute(
            "SELECT cluster, name, annotator, at, star FROM cluster_names WHERE clustering_id = ? "
            "ORDER BY cluster",
            (clustering_id,),
        )
        return {row[0]: ClusterName(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows}

    def hint_counts(self, clustering_id: int) -> dict[int, dict[str | None, int]]:
        """Count the members of each cluster by best suggestion; None has none."""
        rows = self._connections.read().execute(
            "SELECT m.cluster, r.suggestion, count(*) FROM clusterings AS c "
            "JOIN cluster_members AS m ON m.clustering_id = c.id "
            "JOIN ranks AS r ON r.run_id = c.run_id AND r.direction = c.direction "
            "AND r.query_id = m.query_id WHERE c.id = ? GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2",
            (clustering_id,),
        )
        found: dict[int, dict[str | None, int]] = {}
        for cluster, suggestion, count in rows:
            found.setdefault(cluster, {})[suggestion] = count
        return found

    def label_counts(
        self, clustering_id: int, annotator: str | None = None
    ) -> dict[int, tuple[int, dict[str, int]]]:
        """Count the decided members of each cluster, and their categories.

        `annotator` chooses whose decisions count; None: the newest by anyone.
        """
        rows = self._connections.read().execute(
            "SELECT m.cluster, d.categories, count(*) FROM clusterings AS c "
            "JOIN runs AS u ON u.id = c.run_id CROSS JOIN latest_decisions AS d "
            "ON d.dataset_id = u.dataset_id AND d.direction = c.direction AND d.annotator = ? "
            "CROSS JOIN cluster_members AS m ON m.clustering_id = c.id AND m.query_id = d.query_id "
            "JOIN ranks AS r ON r.run_id = c.run_id AND r.direction = c.direction "
            "AND r.query_id = m.query_id AND r.top_id = d.top_id "
            "WHERE c.id = ? AND d.verdict = 'labelled' GROUP BY 1, 2",
            (annotator or "", clustering_id),
        )
        found: dict[int, tuple[int, dict[str, int]]] = {}
        for cluster, categories, count in rows:
            decided, by_category = found.get(cluster, (0, {}))
            for name in json.loads(categories):
                by_category[name] = by_category.get(name, 0) + count
            found[cluster] = (decided + count, by_category)
        return found

    def fixed_by(self, clustering_id: int, k: int) -> dict[int, list[tuple[int, int, int]]]:
        """Return for each cluster (run, members it ranks within `k`, members it ranks).

        The runs are the others on the same data set.
        """
        rows = self._connections.read().execute(
            "SELECT m.cluster, o.id, sum(r.rank <= ?), count(*) FROM clusterings AS c "
            "JOIN runs AS u ON u.id = c.run_id "
            "JOIN runs AS o ON o.dataset_id = u.dataset_id AND o.id <> u.id "
            "JOIN cluster_members AS m ON m.clustering_id = c.id "
            "JOIN ranks AS r ON r.run_id = o.id AND r.direction = c.direction "
            "AND r.query_id = m.query_id WHERE c.id = ? GROUP BY 1, 2 ORDER BY 1, 2",
            (k, clustering_id),
        )
        found: dict[int, list[tuple[int, int, int]]] = {}
        for cluster, *fixed in rows:
            found.setdefault(cluster, []).append((fixed[0], fixed[1], fixed[2]))
        return found

    def queries(self, run_id: int, direction: Direction) -> RunQueries:
        """Return the queries of a run with what they are clustered by, in query order."""
        image = "c.image_id" if direction == "t2i" else "r.query_id"
        join = " JOIN captions AS c ON c.id = r.query_id" if direction == "t2i" else ""
        rows = self._connections.read().execute(
            f"SELECT r.query_id, r.rank, r.top_id, {image} FROM ranks AS r{join} "
            "WHERE r.run_id = ? AND r.direction = ? ORDER BY r.query_id",
            (run_id, direction),
        )
        table = np.array(rows.fetchall(), dtype=np.int64).reshape(-1, 4)
        return RunQueries(*(np.ascontiguousarray(column) for column in table.T))


def _clustering(row: tuple[Any, ...]) -> Clustering:
    columns = dict(zip(_COLUMNS.split(", "), row, strict=True))
    columns["result"] = json.loads(columns["result"])
    return Clustering(**columns)
