"""The machine's labels, and what labelers need to make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from store.case_rows import captions_by_image, image_of_captions, suggestions_of
from store.clock import utc_now
from store.connections import Connection, Connections
from store.errors import StoreError
from store.records.direction import Direction
from store.records.suggestion import FailureInput, SuggestionRow
from store.tables import to_json

_BLOCK = 1_000
_KEY = "run_id = :run AND direction = :direction AND labeler = :labeler"
_FAILURES = "run_id = ? AND direction = ? AND query_id >= ? AND +rank > 1 AND top_id >= 0"
_BEGIN = """
INSERT OR REPLACE INTO labelings (run_id, direction, labeler, version, at)
VALUES (:run, :direction, :labeler, :version, :now)
"""
_ADD = """
INSERT INTO suggestions
    (run_id, direction, query_id, category, score, evidence, labeler, labeler_version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
# Lists and filters read the best suggestion from the rank itself: one look-up a case less. Of
# equal scores the first labeler's is taken, whichever of them came first.
_SET_BEST = """
UPDATE ranks SET (suggestion, suggestion_score) = (
    SELECT s.category, s.score FROM suggestions AS s
    WHERE s.run_id = ranks.run_id AND s.direction = ranks.direction
        AND s.query_id = ranks.query_id
    ORDER BY s.score DESC, s.labeler, s.id LIMIT 1
)
WHERE run_id = :run AND direction = :direction AND query_id IN (SELECT value FROM json_each(:ids))
"""


class Suggestions:
    """Suggestions for the failures of a run; those of several labelers stand side by side.

    A labeler goes over the failures in the order of their ids, block by block: `begin`, then `add`
    for every block, then `finish`. After a crash `begin` says where to go on.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def begin(self, run_id: int, direction: Direction, labeler: str, version: str) -> int:
        """Start or go on with a labeling; return the first query id that is still to be seen.

        What another version of the labeler has suggested is dropped.
        """
        key = _key(run_id, direction, labeler)
        with self._connections.write() as connection:
            known = _labeling(connection, key)
            if known is not None and known[0] == version:
                return known[1]
            dropped = connection.execute(
                f"SELECT DISTINCT query_id FROM suggestions WHERE {_KEY}", key
            ).fetchall()
            connection.execute(f"DELETE FROM suggestions WHERE {_KEY}", key)
            _set_best(connection, key, (query_id for (query_id,) in dropped))
            connection.execute(_BEGIN, {**key, "version": version, "now": utc_now()})
        return 0

    def add(
        self,
        run_id: int,
        direction: Direction,
        labeler: str,
        version: str,
        rows: Iterable[SuggestionRow],
        upto_query_id: int,
    ) -> None:
        """Store a block: what is suggested for the queries from the last block to this one.

        A category proposed twice for a query counts with its better score. Raises StoreError if
        another version of the labeler has begun meanwhile.
        """
        key = _key(run_id, direction, labeler)
        # Also the order of the ids, which tells equal scores apart.
        block = sorted(rows, key=lambda row: (row.query_id, -row.score))
        values = [
            (run_id, direction, row.query_id, row.category, row.score, evidence, labeler, version)
            for row in block
            for evidence in (to_json(dict(row.evidence)),)
        ]
        with self._connections.write() as connection:
            _check_version(connection, key, version)
            connection.executemany(_ADD, values)
            _set_best(connection, key, {row.query_id for row in block})
            connection.execute(
                f"UPDATE labelings SET next_query = max(next_query, :next), at = :now WHERE {_KEY}",
                {**key, "next": upto_query_id + 1, "now": utc_now()},
            )

    def finish(self, run_id: int, direction: Direction, labeler: str, version: str) -> int:
        """Say that the labeler has been over all failures; return how many suggestions it made."""
        key = _key(run_id, direction, labeler)
        with self._connections.write() as connection:
            _check_version(connection, key, version)
            connection.execute(f"UPDATE labelings SET done = 1 WHERE {_KEY}", key)
            count = connection.execute(f"SELECT count(*) FROM suggestions WHERE {_KEY}", key)
            return int(count.fetchone()[0])

    def of(self, run_id: int, direction: Direction, query_id: int) -> tuple[SuggestionRow, ...]:
        """Return a query's suggestions, best first."""
        return suggestions_of(self._connections.read(), run_id, direction, query_id)

    def counts(self, run_id: int) -> list[tuple[str, Direction, str, int]]:
        """Return (labeler, direction, category, how many suggestions), in this order."""
        rows = self._connections.read().execute(
            "SELECT labeler, direction, category, count(*) FROM suggestions WHERE run_id = ? "
            "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            (run_id,),
        )
        return [(labeler, direction, category, n) for labeler, direction, category, n in rows]

    def version(self, run_id: int, direction: Direction, labeler: str) -> str | None:
        """Return the version of the labeler that has been over all failures, None if none has."""
        known = _labeling(self._connections.read(), _key(run_id, direction, labeler))
        return known[0] if known is not None and known[2] else None

    def failure_count(self, run_id: int, direction: Direction, first_query: int = 0) -> int:
        """Return how many failures there are from a query id on."""
        row = self._connections.read().execute(
            f"SELECT count(*) FROM ranks WHERE {_FAILURES}", (run_id, direction, first_query)
        )
        return int(row.fetchone()[0])

    def failures(
        self, run_id: int, direction: Direction, limit: int | None = None, first_query: int = 0
    ) -> Iterator[FailureInput]:
        """Yield the failures (rank > 1) with their captions, in query order, block by block."""
        left = -1 if limit is None else limit
        while left != 0:
            block = self._failures_from(run_id, direction, first_query, left)
            if not block:
                return
            yield from block
            first_query = block[-1].query_id + 1
            left -= len(block) if limit is not None else 0

    def _failures_from(
        self, run_id: int, direction: Direction, first_query: int, left: int
    ) -> list[FailureInput]:
        read = self._connections.read()
        found = read.execute(
            "SELECT query_id, positive_id, top_id, rank, margin FROM ranks "
            f"WHERE {_FAILURES} ORDER BY query_id LIMIT ?",
            (run_id, direction, first_query, _BLOCK if left < 0 else min(left, _BLOCK)),
        ).fetchall()
        # The caption that stands for the query, and both sides' images.
        spoken = {row[0]: row[0] if direction == "t2i" else row[1] for row in found}
        image_of = image_of_captions(
            read, {*spoken.values(), *(row[2] for row in found if direction == "i2t")}
        )
        own = {row[0]: image_of[row[0]] if direction == "t2i" else row[0] for row in found}
        top = {row[0]: row[2] if direction == "t2i" else image_of[row[2]] for row in found}
        captions = captions_by_image(read, {*own.values(), *top.values()})
        failures = []
        for query_id, _, top_id, rank, margin in found:
            positives = captions[own[query_id]]
            query = next((c for c in positives if c.id == spoken[query_id]), positives[0])
            retrieved = captions[top[query_id]]
            if direction == "i2t":
                retrieved = tuple(sorted(retrieved, key=lambda c: c.id != top_id))
            failures.append(
                FailureInput(
                    query_id=query_id,
                    query=query.text,
                    positives=tuple(caption.text for caption in positives),
                    retrieved=tuple(caption.text for caption in retrieved),
                    rank=rank,
                    margin=margin,
                    language=query.language,
                )
            )
        return failures


def _key(run_id: int, direction: Direction, labeler: str) -> dict[str, Any]:
    return {"run": run_id, "direction": direction, "labeler": labeler}


def _labeling(connection: Connection, key: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """Return (version, next query, whether it is done) of a labeling, None without one."""
    row: tuple[str, int, int] | None = connection.execute(
        f"SELECT version, next_query, done FROM labelings WHERE {_KEY}", key
    ).fetchone()
    return row


def _check_version(connection: Connection, key: Mapping[str, Any], version: str) -> None:
    known = _labeling(connection, key)
    if known is None or known[0] != version:
        there = f"version {known[0]}" if known is not None else "none"
        raise StoreError(
            f"run {key['run']} is being labelled by {key['labeler']}, {there}, not {version}: "
            "label it again when that has ended"
        )


def _set_best(connection: Connection, key: Mapping[str, Any], query_ids: Iterable[int]) -> None:
    connection.execute(_SET_BEST, {**key, "ids": to_json(sorted(query_ids))})
