"""Which rows of a list are marked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set


class Marks(Set[int]):
    """The ids of marked rows; what an open range covers is marked for as long as it does.

    `start` is where the open range began, as its owner counts rows; None without one.
    """

    def __init__(self) -> None:
        self.start: int | None = None
        self._ids: set[int] = set()
        self._before: set[int] = set()

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def toggle(self, row_id: int) -> None:
        """Mark a row, or take its mark away; the range ends."""
        self.start = None
        self._ids ^= {row_id}

    def replace(self, row_ids: Iterable[int]) -> None:
        """Mark these rows and no others; the range ends."""
        self.start, self._ids = None, set(row_ids)

    def keep(self, row_ids: Collection[int]) -> None:
        """Take the marks away of rows that are gone."""
        self._ids = self._ids.intersection(row_ids)

    def begin(self, start: int) -> None:
        """Open a range."""
        self.start, self._before = start, set(self._ids)

    def extend(self, row_ids: Iterable[int]) -> bool:
        """Let the open range cover these rows; says whether that changes the marks."""
        before, self._ids = self._ids, self._before.union(row_ids)
        return before != self._ids

    def end(self) -> None:
        """Close the range; its marks stay."""
        self.start = None

    def drop(self) -> bool:
        """Close the range and take its marks away; says if there was one."""
        if self.start is None:
            return False
        self.start, self._ids = None, self._before
        return True
