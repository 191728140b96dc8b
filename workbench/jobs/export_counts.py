"""How many of the rows of an export have each status and each category, for its `.meta.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import get_args

from store.records.decision import Verdict


class RowCounts:
    """Counts rows while they are written; what nothing has is told as 0."""

    def __init__(self, categories: Iterable[str]) -> None:
        self._status = Counter(dict.fromkeys(get_args(Verdict), 0))
        self._categories = Counter(dict.fromkeys(categories, 0))

    def add(self, verdict: str, categories: str) -> None:
        """Count a row, which has no category or several, joined by semicolons."""
        self._status[verdict] += 1
        self._categories.update(name for name in categories.split(";") if name)

    def described(self) -> Mapping[str, Mapping[str, int]]:
        """Return the counts, which grow with the rows; one row may have several categories."""
        return {"by_status": self._status, "by_category": self._categories}
