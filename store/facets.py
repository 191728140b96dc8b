"""Counts of a list of cases by what they have in common: one pass over the list."""

from __future__ import annotations

import json
from collections import Counter

from store.conditions import Query
from store.connections import Connection
from store.records import FacetCounts

_GROUPED = (
    "SELECT min(r.rank, 51), ifnull(d.verdict, 'undecided'), ifnull(d.categories, '[]'),"
    " r.suggestion, m.cluster, count(*){source} GROUP BY 1, 2, 3, 4, 5"
)
BANDS = ((1, 1), (2, 5), (6, 10), (11, 50), (51, None))
"""Ranks counted together: from, to."""


def facet_counts(read: Connection, query: Query) -> FacetCounts:
    """Count the cases of a query whose filter was applied."""
    query.decision = query.cluster = True
    bands: Counter[tuple[int, int | None]] = Counter()
    status: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    hints: Counter[str] = Counter()
    clusters: Counter[int] = Counter()
    found = read.execute(_GROUPED.format(source=query.source()), query.parameters)
    for rank, verdict, categories, suggestion, cluster, n in found:
        bands[next(band for band in BANDS if rank <= (band[1] or rank))] += n
        status["decided" if verdict == "labelled" else verdict] += n
        if verdict == "labelled":
            labels.update(dict.fromkeys(json.loads(categories), n))
        if suggestion is not None:
            hints[suggestion] += n
        if cluster is not None:
            clusters[cluster] += n
    return FacetCounts(dict(bands), dict(status), dict(labels), dict(hints), dict(clusters))
