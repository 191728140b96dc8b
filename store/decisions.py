"""What people decided about cases. Rows are only ever added, so nothing can be lost.

Undo adds a row that takes a decision back, redo one that takes the undo back. Which decision is
the current one of a case is kept in `latest_decisions` by triggers (store/migrations.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from store.clock import utc_now
from store.connections import Connection, Connections
from store.errors import StoreError
from store.records.decision import Decision, NewDecision
from store.records.direction import Direction
from store.tables import clean, to_json

_COLUMNS = (
    "id, dataset_id, direction, query_id, top_id, annotator, categories, verdict, note, star, "
    "suggestion, suggestion_score, guide_version, run_id, at, undoes, EXISTS (SELECT 1 FROM "
    "decisions AS undo WHERE undo.id = decisions.undoes AND undo.undoes IS NOT NULL) AS redoes"
)
_INSERT = (
    "INSERT INTO decisions (dataset_id, direction, query_id, top_id, annotator, categories, "
    "verdict, note, star, suggestion, suggestion_score, guide_version, run_id, at, step, id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# The row that takes rows back carries their case, so that the triggers know what to look up.
_TAKE_BACK = """
INSERT INTO decisions (id, dataset_id, direction, query_id, top_id, annotator, categories, verdict,
    note, star, guide_version, run_id, at, step, undoes)
SELECT :first + row_number() OVER (ORDER BY id) - 1, dataset_id, direction, query_id, top_id,
    annotator, '[]', 'undecided', '', 0, guide_version, run_id, :at, :first, id
FROM {source} WHERE step = :step
"""
_NEWEST_LIVE_STEP = """
SELECT step FROM live_decisions
WHERE annotator = :annotator AND (:dataset IS NULL OR dataset_id = :dataset)
ORDER BY id DESC LIMIT 1
"""
# Only what was undone after the newest decision of one's own can be done again.
_NEWEST_UNDONE_STEP = """
SELECT undo.step FROM decisions AS undo JOIN decisions AS target ON target.id = undo.undoes
WHERE undo.annotator = :annotator AND (:dataset IS NULL OR undo.dataset_id = :dataset)
    AND target.undoes IS NULL
    AND undo.id > (
        SELECT id FROM decisions
        WHERE annotator = :annotator AND undoes IS NULL
            AND (:dataset IS NULL OR dataset_id = :dataset)
        ORDER BY id DESC LIMIT 1
    )
    AND NOT EXISTS (SELECT 1 FROM decisions AS redo WHERE redo.undoes = undo.id)
ORDER BY undo.id DESC LIMIT 1
"""


Merge = Callable[[NewDecision, Decision | None], NewDecision]
"""Makes what is stored of what is asked for and the annotator's own decision that holds."""

Choice = Callable[[NewDecision, Decision | None], NewDecision | None]
"""A merge that may also leave what is asked for away, by returning None."""


class Decisions:
    """Decisions of annotators; each is on disk when the method that made it returns."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self, new: NewDecision, *, adjudicates: bool = False, merge: Merge | None = None
    ) -> Decision:
        """Store one decision as an undo step of its own."""
        return self.add_many([new], adjudicates=adjudicates, merge=merge)[0]

    def add_many(
        self,
        new: Sequence[NewDecision],
        *,
        adjudicates: bool = False,
        merge: Choice | None = None,
    ) -> list[Decision]:
        """Store several decisions in one transaction, as one undo step of each annotator.

        Those that adjudicate settle what annotators disagree about (store/disputes.py). `merge`
        is called inside the transaction: what it is given still holds when the result is stored.
        """
        if not new:
            return []
        now = utc_now()
        with self._connections.write() as connection:
            if merge is not None:
                merged = [
                    merge(one, _current(connection, *_key(one), clean(one.annotator)))
                    for one in new
                ]
                new = [one for one in merged if one is not None]
            for decision in new:
                _check(decision)
            first = _next_id(connection)
            steps: dict[str, int] = {}  # undo takes back one's own decisions only
            connection.executemany(
                _INSERT,
                [
                    (*_row(decision, now), steps.setdefault(decision.annotator, n), n)
                    for n, decision in enumerate(new, start=first)
                ],
            )
            if adjudicates:
                connection.execute(
                    "INSERT INTO adjudications SELECT id FROM decisions WHERE id >= ?", (first,)
                )
            return _step(connection, "id >= ?", first)

    def undo(self, annotator: str, dataset_id: int | None = None) -> list[Decision]:
        """Take back the newest step that still holds; return its decisions, or none."""
        return self._take_back(_NEWEST_LIVE_STEP, "live_decisions", annotator, dataset_id)

    def redo(self, annotator: str, dataset_id: int | None = None) -> list[Decision]:
        """Bring back the step undone last, unless something was decided since; return it."""
        return self._take_back(_NEWEST_UNDONE_STEP, "decisions", annotator, dataset_id)

    def current(
        self,
        dataset_id: int,
        direction: Direction,
        query_id: int,
        top_id: int,
        annotator: str | None = None,
    ) -> Decision | None:
        """Return the decision that holds for a case, the newest by anyone without `annotator`."""
        read = self._connections.read()
        return _current(read, dataset_id, direction, query_id, top_id, annotator or "")

    def labels(
        self, dataset_id: int, direction: Direction, query_id: int, top_id: int
    ) -> dict[str, tuple[str, ...]]:
        """Return the current categories of a case by annotator, in the order of their names."""
        rows = self._connections.read().execute(
            "SELECT annotator, categories FROM latest_decisions WHERE dataset_id = ? AND "
            "direction = ? AND annotator <> '' AND query_id = ? AND top_id = ? "
            "AND verdict = 'labelled' ORDER BY annotator",
            (dataset_id, direction, query_id, top_id),
        )
        return {annotator: tuple(json.loads(categories)) for annotator, categories in rows}

    def history(
        self, dataset_id: int | None = None, annotator: str | None = None, limit: int = 100
    ) -> list[Decision]:
        """Return what was done, newest first; rows with `undoes` took something back."""
        rows = self._connections.read().execute(
            f"SELECT {_COLUMNS} FROM decisions WHERE (:annotator IS NULL OR annotator = :annotator)"
            " AND (:dataset IS NULL OR dataset_id = :dataset) ORDER BY id DESC LIMIT :limit",
            {"annotator": annotator, "dataset": dataset_id, "limit": limit},
        )
        return [_decision(row) for row in rows]

    def counts(self, dataset_id: int | None = None) -> dict[str, int]:
        """Return how many cases each annotator has decided (skipped ones are not counted)."""
        rows = self._connections.read().execute(
            "SELECT annotator, count(*) FROM latest_decisions WHERE annotator <> '' "
            "AND verdict = 'labelled' AND (:dataset IS NULL OR dataset_id = :dataset) "
            "GROUP BY annotator",
            {"dataset": dataset_id},
        )
        return dict(rows.fetchall())

    def _take_back(
        self, newest: str, source: str, annotator: str, dataset_id: int | None
    ) -> list[Decision]:
        with self._connections.write() as connection:
            found = connection.execute(
                newest, {"annotator": annotator, "dataset": dataset_id}
            ).fetchone()
            if found is None:
                return []
            first = _next_id(connection)
            connection.execute(
                _TAKE_BACK.format(source=source),
                {"first": first, "at": utc_now(), "step": found[0]},
            )
            if source == "live_decisions":
                return _step(connection, "step = ?", found[0])
            undone = "id IN (SELECT undoes FROM decisions WHERE step = ?)"
            return _step(connection, undone, found[0])


def _current(
    connection: Connection,
    dataset_id: int,
    direction: Direction,
    query_id: int,
    top_id: int,
    annotator: str,
) -> Decision | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM decisions WHERE id = (SELECT decision_id "
        "FROM latest_decisions WHERE dataset_id = ? AND direction = ? AND query_id = ? "
        "AND top_id = ? AND annotator = ?)",
        (dataset_id, direction, query_id, top_id, annotator),
    ).fetchone()
    return _decision(row) if row is not None else None


def _key(new: NewDecision) -> tuple[int, Direction, int, int]:
    return new.dataset_id, new.direction, new.query_id, new.top_id


def _check(new: NewDecision) -> None:
    if not new.annotator:
        raise StoreError("a decision needs the name of its annotator")
    if new.verdict == "labelled" and not new.categories:
        raise StoreError(f"query {new.query_id} is to be labelled without a category")


def _row(new: NewDecision, now: str) -> tuple[Any, ...]:
    return (
        new.dataset_id,
        new.direction,
        new.query_id,
        new.top_id,
        clean(new.annotator),
        to_json(list(new.categories)),
        new.verdict,
        clean(new.note),
        int(new.star),
        new.suggestion,
        new.suggestion_score,
        new.guide_version,
        new.run_id,
        new.at or now,
    )


def _next_id(connection: Connection) -> int:
    return int(connection.execute("SELECT ifnull(max(id), 0) + 1 FROM decisions").fetchone()[0])


def _step(connection: Connection, condition: str, step: int) -> list[Decision]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM decisions WHERE {condition} ORDER BY id", (step,)
    )
    return [_decision(row) for row in rows]


def _decision(row: tuple[Any, ...]) -> Decision:
    names = [column.rpartition(" ")[2] for column in _COLUMNS.split(", ")]
    columns = dict(zip(names, row, strict=True))
    columns["categories"] = tuple(json.loads(columns["categories"]))
    columns["star"], columns["redoes"] = bool(columns["star"]), bool(columns["redoes"])
    return Decision(**columns)
