"""Pairs that a data set does not list, confirmed by people: a caption and an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.connections import Connections

DATA_FAULT = "data_fault"

# The row with an empty annotator is the newest decision by anyone (store/migrations.py).
_PAIRS = """
SELECT DISTINCT
    CASE l.direction WHEN 't2i' THEN l.query_id ELSE l.top_id END AS caption_id,
    CASE l.direction WHEN 't2i' THEN l.top_id ELSE l.query_id END AS image_id,
    d.annotator
FROM latest_decisions AS l JOIN decisions AS d ON d.id = l.decision_id
WHERE l.dataset_id = ? AND l.annotator = '' AND l.verdict = 'labelled'
    AND EXISTS (SELECT 1 FROM json_each(l.categories) WHERE value = ?)
ORDER BY caption_id, image_id
"""


@dataclass(frozen=True, slots=True)
class CorrectedPairs:
    """Distinct (caption id, image id) that count as positives, and who confirmed them."""

    pairs: Sequence[tuple[int, int]]
    annotators: Sequence[str]


class FalseNegatives:
    """What people said is missing in the list of pairs of a data set."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def corrected_positives(self, dataset_id: int) -> CorrectedPairs:
        """Return the pairs whose newest decision, in either direction, says data fault."""
        rows = self._connections.read().execute(_PAIRS, (dataset_id, DATA_FAULT)).fetchall()
        pairs = dict.fromkeys((caption, image) for caption, image, _ in rows)
        return CorrectedPairs(tuple(pairs), tuple(sorted({name for *_, name in rows})))
