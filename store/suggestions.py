"""The machine's labels, and what labelers need to make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from store.case_rows import captions_by_image, image_of_captions, suggestions_of
from store.connections import Connection, Connections
from store.records import Direction, FailureInput, SuggestionRow
from store.tables import to_json

_BLOCK = 1_000
# A labeler that proposes a category twice for a query counts with its better score.
_PUBLISH = """
INSERT INTO suggestions
    (run_id, direction, query_id, category, score, evidence, labeler, labeler_version)
SELECT ?, ?, query_id, category, score, evidence, ?, ? FROM temp.new_suggestions WHERE true
ORDER BY query_id, score DESC
ON CONFLICT DO NOTHING
"""
# Lists and filters read the best suggestion from the rank itself: one look-up a case less.
_SET_BEST = """
UPDATE ranks SET (suggestion, suggestion_score) = (
    SELECT s.category, s.score FROM suggestions AS s
    WHERE s.run_id = ranks.run_id AND s.direction = ranks.direction
        AND s.query_id = ranks.query_id
    ORDER BY s.score DESC, s.id LIMIT 1
)
WHERE run_id = :run AND direction = :direction AND (
    suggestion IS NOT NULL
    OR query_id IN (SELECT query_id FROM suggestions WHERE run_id = :run AND direction = :direction)
)
"""


class Suggestions:
    """Suggestions for the failures of a run; those of several labelers stand side by side."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def replace(
        self,
        run_id: int,
        direction: Direction,
        labeler: str,
        version: str,
        rows: Iterable[SuggestionRow],
    ) -> int:
        """Put a labeler's suggestions in the place of its earlier ones; return how many.

        `rows` is read before the database is locked, so it may be slow and long.
        """
        with self._connections.stage() as staged:
            _stage(staged, rows)
            with self._connections.publish(staged):
                staged.execute(
                    "DELETE FROM suggestions WHERE run_id = ? AND direction = ? AND labeler = ?",
                    (run_id, direction, labeler),
                )
                added = staged.execute(_PUBLISH, (run_id, direction, labeler, version)).rowcount
                staged.execute(_SET_BEST, {"run": run_id, "direction": direction})
        return added

    def of(self, run_id: int, direction: Direction, query_id: int) -> tuple[SuggestionRow, ...]:
        """Return a query's suggestions, best first."""
        return suggestions_of(self._connections.read(), run_id, direction, query_id)

    def version(self, run_id: int, direction: Direction, labeler: str) -> str | None:
        """Return the version of the labeler whose suggestions are stored, None without any."""
        row = (
            self._connections.read()
            .execute(
                "SELECT labeler_version FROM suggestions "
                "WHERE run_id = ? AND direction = ? AND labeler = ? LIMIT 1",
                (run_id, direction, labeler),
            )
            .fetchone()
        )
        return row[0] if row is not None else None

    def failures(
        self, run_id: int, direction: Direction, limit: int | None = None
    ) -> Iterator[FailureInput]:
        """Yield the failures (rank > 1) with their captions, in query order, block by block."""
        after, left = -1, -1 if limit is None else limit
        while left != 0:
            block = self._failures_after(run_id, direction, after, left)
            if not block:
                return
            yield from block
            after = block[-1].query_id
            left -= len(block) if limit is not None else 0

    def _failures_after(
        self, run_id: int, direction: Direction, after: int, left: int
    ) -> list[FailureInput]:
        read = self._connections.read()
        found = read.execute(
            "SELECT query_id, positive_id, top_id, rank, margin FROM ranks "
            "WHERE run_id = ? AND direction = ? AND query_id > ? AND +rank > 1 AND top_id >= 0 "
            "ORDER BY query_id LIMIT ?",
            (run_id, direction, after, _BLOCK if left < 0 else min(left, _BLOCK)),
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


def _stage(staged: Connection, rows: Iterable[SuggestionRow]) -> None:
    staged.execute(
        "CREATE TEMP TABLE new_suggestions "
        "(query_id INTEGER, category TEXT, score REAL, evidence TEXT)"
    )
    source = iter(rows)
    while block := list(islice(source, _BLOCK)):
        staged.execute("BEGIN")
        staged.executemany(
            "INSERT INTO temp.new_suggestions VALUES (?, ?, ?, ?)",
            [(row.query_id, row.category, row.score, to_json(dict(row.evidence))) for row in block],
        )
        staged.execute("COMMIT")
