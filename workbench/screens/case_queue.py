"""Which cases of a list are undecided, and where the next one is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from store.records import Decision
from workbench.screens.case_source import CaseSource

Ids = NDArray[np.int64]

UNDECIDED, DECIDED, SKIPPED = 0, 1, 2


class CaseQueue:
    """The ids of a list in order, each undecided, decided or skipped."""

    def __init__(
        self, ids: Sequence[int], undecided: Sequence[int], skipped: Sequence[int]
    ) -> None:
        self.ids: Ids = np.asarray(ids, dtype=np.int64)
        self._state = np.full(len(ids), DECIDED, dtype=np.uint8)
        self.set(undecided, UNDECIDED)
        self.set(skipped, SKIPPED)

    @classmethod
    def of(cls, source: CaseSource) -> CaseQueue:
        """Read which cases of a source are undecided and which were skipped."""
        return cls(source.ids, source.with_status("undecided"), source.with_status("skipped"))

    def __len__(self) -> int:
        """Return how many cases there are."""
        return len(self.ids)

    @property
    def undecided(self) -> int:
        """How many cases are left."""
        return int(np.count_nonzero(self._state == UNDECIDED))

    @property
    def skipped(self) -> int:
        """How many cases were put off."""
        return int(np.count_nonzero(self._state == SKIPPED))

    def index(self, query_id: int) -> int | None:
        """Return where a case is in the list."""
        found = np.flatnonzero(self.ids == query_id)
        return int(found[0]) if found.size else None

    def is_undecided(self, index: int) -> bool:
        """Say whether the case at a place is undecided."""
        return bool(self._state[index] == UNDECIDED)

    def note(self, decisions: Iterable[Decision]) -> None:
        """Note what was decided; cases of other lists are passed over."""
        for decision in decisions:
            self.set([decision.query_id], state_of(decision.categories, decision.verdict))

    def set(self, query_ids: Sequence[int], state: int) -> None:
        """Put cases in a state; those of other lists are passed over."""
        self._state[np.isin(self.ids, query_ids)] = state

    def next(self, at: int, *, state: int = UNDECIDED, backwards: bool = False) -> int | None:
        """Return the nearest index after (before) `at` in a state, going round at the end."""
        found = np.flatnonzero(self._state == state)
        if not found.size:
            return None
        if backwards:
            before = found[found < at]
            return int(before[-1] if before.size else found[-1])
        after = found[found > at]
        return int(after[0] if after.size else found[0])


def state_of(categories: tuple[str, ...], verdict: str) -> int:
    """Return the state that a decision puts a case in."""
    if verdict == "skipped":
        return SKIPPED
    return DECIDED if categories else UNDECIDED
