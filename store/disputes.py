"""Cases whose annotators disagree: labels without a common category that nobody has settled.

A decision that was made as an adjudication settles a case as long as the adjudicator keeps that
label: undoing it, or a later label of an annotator, opens the dispute again.
"""

from __future__ import annotations

from store.connections import Connection
from store.records.direction import Direction

# Annotators are few, and naming both makes the second label one look-up.
DISPUTED = (
    "SELECT a.query_id, a.top_id FROM (SELECT DISTINCT annotator"
    " FROM latest_decisions WHERE dataset_id = :dataset AND direction = :direction"
    " AND annotator <> '') AS other CROSS JOIN latest_decisions AS a"
    " CROSS JOIN latest_decisions AS b WHERE a.dataset_id = :dataset"
    " AND a.direction = :direction AND a.annotator <> '' AND a.annotator < other.annotator"
    " AND a.verdict = 'labelled' AND b.dataset_id = :dataset AND b.direction = :direction"
    " AND b.annotator = other.annotator AND b.query_id = a.query_id AND b.top_id = a.top_id"
    " AND b.verdict = 'labelled' AND NOT EXISTS (SELECT 1 FROM json_each(a.categories) AS x"
    " JOIN json_each(b.categories) AS y ON x.value = y.value)"
    " AND NOT EXISTS (SELECT 1 FROM decisions AS judged"
    " JOIN adjudications AS j ON j.decision_id = judged.id"
    " JOIN latest_decisions AS now ON now.dataset_id = judged.dataset_id"
    " AND now.direction = judged.direction AND now.annotator = judged.annotator"
    " AND now.query_id = judged.query_id AND now.top_id = judged.top_id"
    " WHERE judged.dataset_id = :dataset AND judged.direction = :direction"
    " AND judged.query_id = a.query_id AND judged.top_id = a.top_id"
    " AND now.verdict = 'labelled' AND now.categories = judged.categories"
    " AND now.decision_id >= max(a.decision_id, b.decision_id))"
)


def disputed(read: Connection, dataset_id: int, direction: Direction) -> set[tuple[int, int]]:
    """Return the disputed cases of a data set: (query, retrieved item)."""
    found = read.execute(DISPUTED, {"dataset": dataset_id, "direction": direction})
    return {(query_id, top_id) for query_id, top_id in found}
