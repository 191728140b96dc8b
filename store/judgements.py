"""Labelled cases beside what the machine suggests for them, to see how well both agree."""

from __future__ import annotations

import json
from collections import Counter

from store.connections import Connections
from store.disputes import disputed
from store.records.decision import LabelledCase
from store.records.direction import Direction

# A case can be there in several runs: the newest that has a suggestion for it speaks.
_LABELLED = """
SELECT d.annotator, d.query_id, d.top_id,
    CASE d.direction WHEN 't2i' THEN (SELECT image_id FROM captions WHERE id = d.query_id)
    ELSE d.query_id END, d.categories, (
    SELECT r.suggestion FROM runs AS u CROSS JOIN ranks AS r
    ON r.run_id = u.id AND r.direction = d.direction AND r.query_id = d.query_id
    WHERE u.dataset_id = d.dataset_id AND r.top_id = d.top_id AND r.suggestion IS NOT NULL
        AND (:run IS NULL OR u.id = :run)
    ORDER BY u.id DESC LIMIT 1
)
FROM latest_decisions AS d
WHERE d.dataset_id = :dataset AND d.direction = :direction AND d.verdict = 'labelled'
    AND (d.annotator = '') = :newest
    AND (:run IS NULL OR EXISTS (
        SELECT 1 FROM ranks AS r WHERE r.run_id = :run AND r.direction = d.direction
            AND r.query_id = d.query_id AND r.top_id = d.top_id
    ))
ORDER BY d.annotator, d.query_id, d.top_id
"""


class Judgements:
    """Reads current labels of all annotators with the machine's best suggestion."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def labelled(
        self, dataset_id: int, direction: Direction, run_id: int | None = None
    ) -> list[LabelledCase]:
        """Return every annotator's labelled cases, those of a run's retrieved items if named."""
        return self._labelled(dataset_id, direction, run_id, newest=False)

    def disputed(self, dataset_id: int, direction: Direction) -> set[tuple[int, int]]:
        """Return the cases (query, retrieved item) whose annotators disagree, unsettled."""
        return disputed(self._connections.read(), dataset_id, direction)

    def right_counts(self, dataset_id: int, direction: Direction) -> dict[str, tuple[int, int]]:
        """Return by category how often the best suggestion was right, and of how many cases.

        Right is a suggestion that is among the categories of the newest label by anyone.
        """
        right: Counter[str] = Counter()
        made: Counter[str] = Counter()
        for case in self._labelled(dataset_id, direction, None, newest=True):
            if case.suggestion is not None:
                made[case.suggestion] += 1
                right[case.suggestion] += case.suggestion in case.categories
        return {name: (right[name], n) for name, n in made.items()}

    def _labelled(
        self, dataset_id: int, direction: Direction, run_id: int | None, *, newest: bool
    ) -> list[LabelledCase]:
        found = self._connections.read().execute(
            _LABELLED,
            {"dataset": dataset_id, "direction": direction, "run": run_id, "newest": int(newest)},
        )
        return [
            LabelledCase(who, query_id, top_id, image_id, tuple(json.loads(categories)), suggestion)
            for who, query_id, top_id, image_id, categories, suggestion in found
        ]
