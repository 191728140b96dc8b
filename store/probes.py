"""Probes: minimal edits of a run's queries with the scores that its model gave them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from store.arrays import integers, reals
from store.clock import utc_now
from store.connections import Connections
from store.errors import StoreError
from store.records.direction import Direction
from store.records.probe import ProbeColumns, ProbeQuery, ProbeRow
from store.tables import clean, to_json

_KEY = "run_id = :run AND direction = :direction"
_ORIGIN = {
    "t2i": "JOIN captions AS c ON c.id = r.query_id",
    "i2t": "JOIN captions AS c ON c.id = r.positive_id",
}
_SELECTED = "r.run_id = ? AND r.direction = ? AND r.query_id >= ? AND (? OR +r.rank > 1)"
_ADD = """
INSERT INTO probes (run_id, direction, query_id, category, position, edited, edit, score,
    edited_score, sensitivity)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


class Probes:
    """Probes of the queries of a run, block by block: `begin`, `add` for each, `finish`.

    After a crash `begin` says where to go on.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def begin(self, run_id: int, direction: Direction, version: str) -> int:
        """Start or go on with a probing; return the first query id that is still to be probed.

        What another version has found is dropped.
        """
        key = {"run": run_id, "direction": direction, "version": version, "now": utc_now()}
        with self._connections.write() as connection:
            known = connection.execute(
                f"SELECT version, next_query FROM probings WHERE {_KEY}", key
            ).fetchone()
            if known is not None and known[0] == version:
                return int(known[1])
            connection.execute(f"DELETE FROM probes WHERE {_KEY}", key)
            connection.execute(
                "INSERT OR REPLACE INTO probings (run_id, direction, version, at) "
                "VALUES (:run, :direction, :version, :now)",
                key,
            )
        return 0

    def add(
        self,
        run_id: int,
        direction: Direction,
        version: str,
        rows: Iterable[ProbeRow],
        upto_query_id: int,
    ) -> None:
        """Store a block; StoreError if another version has begun meanwhile."""
        values = [
            (
                *(run_id, direction, row.query_id, row.category, row.position, clean(row.edited)),
                *(clean(to_json(dict(row.edit))), row.score, row.edited_score),
                row.score - row.edited_score,
            )
            for row in rows
        ]
        with self._connections.write() as connection:
            moved = connection.execute(
                "UPDATE probings SET next_query = max(next_query, :next), at = :now "
                f"WHERE {_KEY} AND version = :version",
                {
                    "run": run_id,
                    "direction": direction,
                    "version": version,
                    "next": upto_query_id + 1,
                    "now": utc_now(),
                },
            ).rowcount
            if not moved:
                raise StoreError(
                    f"run {run_id} is being probed otherwise, {direction}: probe it again when "
                    "that has ended"
                )
            connection.executemany(_ADD, values)

    def finish(self, run_id: int, direction: Direction) -> None:
        """Say that all queries have been probed."""
        with self._connections.write() as connection:
            connection.execute(
                f"UPDATE probings SET done = 1 WHERE {_KEY}",
                {"run": run_id, "direction": direction},
            )

    def version(self, run_id: int, direction: Direction) -> str | None:
        """Return the version of a finished probing, None if there is none."""
        row = self._connections.read().execute(
            f"SELECT version FROM probings WHERE {_KEY} AND done = 1",
            {"run": run_id, "direction": direction},
        )
        found = row.fetchone()
        return None if found is None else str(found[0])

    def count(self, run_id: int, direction: Direction, first_query: int, every: bool) -> int:
        """Return how many queries are to be probed from a query id on."""
        row = self._connections.read().execute(
            f"SELECT count(*) FROM ranks AS r WHERE {_SELECTED}",
            (run_id, direction, first_query, every),
        )
        return int(row.fetchone()[0])

    def queries(
        self, run_id: int, direction: Direction, first_query: int, limit: int, every: bool
    ) -> list[ProbeQuery]:
        """Return queries in their order, failures (rank > 1) or `every` one.

        In i2t the image's best-scored caption stands for it.
        """
        rows = self._connections.read().execute(
            "SELECT r.query_id, c.image_id, c.text, c.language FROM ranks AS r "
            f"{_ORIGIN[direction]} WHERE {_SELECTED} ORDER BY r.query_id LIMIT ?",
            (run_id, direction, first_query, every, limit),
        )
        return [ProbeQuery(*row) for row in rows]

    def of(self, run_id: int, direction: Direction, query_id: int) -> list[ProbeRow]:
        """Return the edits of a query, category by category."""
        rows = self._connections.read().execute(
            "SELECT query_id, category, position, edited, edit, score, edited_score FROM probes "
            f"WHERE {_KEY} AND query_id = :query ORDER BY category, position",
            {"run": run_id, "direction": direction, "query": query_id},
        )
        return [
            ProbeRow(query, category, position, edited, json.loads(edit), score, edited_score)
            for query, category, position, edited, edit, score, edited_score in rows
        ]

    def columns(self, run_id: int, direction: Direction, category: str) -> ProbeColumns:
        """Return the edits of a category as columns, in query order."""
        rows = (
            self._connections.read()
            .execute(
                "SELECT p.query_id, c.image_id, r.rank, p.sensitivity FROM probes AS p "
                "JOIN ranks AS r ON r.run_id = p.run_id AND r.direction = p.direction "
                f"AND r.query_id = p.query_id {_ORIGIN[direction]} "
                "WHERE p.run_id = ? AND p.direction = ? AND p.category = ? "
                "ORDER BY p.query_id, p.position",
                (run_id, direction, category),
            )
            .fetchall()
        )
        query, image, rank, sensitivity = zip(*rows, strict=True) if rows else ((),) * 4
        return ProbeColumns(
            query_id=integers(query),
            image_id=integers(image),
            rank=integers(rank),
            sensitivity=reals(sensitivity),
        )
