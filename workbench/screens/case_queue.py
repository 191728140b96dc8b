"""Which cases of a list are undecided, and where the next one is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from store.records.decision import Decision
from workbench.screens.case_source import CaseSource

UNDECIDED, DECIDED, SKIPPED = 0, 1, 2


class CaseQueue:
    """The ids of a list in order, each undecided, decided or skipped."""

    def __init__(
        self, ids: Sequence[int], undecided: Collection[int], skipped: Collection[int]
    ) -> None:
        self.ids = ids
        self._state = bytearray([DECIDED]) * len(ids)
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
        return self._state.count(UNDECIDED)

    @property
    def skipped(self) -> int:
        """How many cases were put off."""
        return self._state.count(SKIPPED)

    def index(self, query_id: int) -> int | None:
        """Return where a case is in the list."""
        try:
            return self.ids.index(query_id)
        except ValueError:
            return None

    def is_undecided(self, index: int) -> bool:
        """Say whether the case at a place is undecided."""
        return self._state[index] == UNDECIDED

    def note(self, decisions: Iterable[Decision]) -> None:
        """Note what was decided; cases of other lists are passed over."""
        states = {d.query_id: state_of(d.categories, d.verdict) for d in decisions}
        for at in self._places(states):
            self._state[at] = states[self.ids[at]]

    def set(self, query_ids: Collection[int], state: int) -> None:
        """Put cases in a state; those of other lists are passed over."""
        if query_ids == self.ids:  # the whole list, as long as nothing is decided
            self._state[:] = bytes([state]) * len(self.ids)
            return
        # In step, as they mostly come in the order of the list: a set of them all takes 13 MiB.
        left = iter(query_ids)
        wanted = next(left, None)
        for at, query_id in enumerate(self.ids):
            if query_id == wanted:
                self._state[at] = state
                wanted = next(left, None)
        if wanted is not None:
            for at in self._places(query_ids):
                self._state[at] = state

    def _places(self, query_ids: Collection[int]) -> Iterable[int]:
        if len(query_ids) == 1:
            at = self.index(*query_ids)
            return () if at is None else (at,)
        wanted = frozenset(query_ids)
        return (at for at, query_id in enumerate(self.ids) if query_id in wanted)

    def next(self, at: int, *, state: int = UNDECIDED, backwards: bool = False) -> int | None:
        """Return the nearest index after (before) `at` in a state, going round at the end."""
        if backwards:
            found = self._state.rfind(state, 0, max(0, at))
            found = self._state.rfind(state) if found < 0 else found
        else:
            found = self._state.find(state, at + 1)
            found = self._state.find(state) if found < 0 else found
        return None if found < 0 else found


def state_of(categories: tuple[str, ...], verdict: str) -> int:
    """Return the state that a decision puts a case in."""
    if verdict == "skipped":
        return SKIPPED
    return DECIDED if categories else UNDECIDED
