"""Marks in a table: of one row, of a range, of all; for Jobs and Clusters."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.screens.table_narrowing import TableNarrowing
from workbench.session import Session


class Marking(TableNarrowing):
    """`marks` are the numbers of the marked rows."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.marks: set[int] = set()
        self._range_from: int | None = None

    def numbers(self) -> Sequence[int]:
        """Return the numbers of the rows that are listed, in their order."""
        raise NotImplementedError

    def number(self) -> int | None:
        """Return the number under the cursor."""
        raise NotImplementedError

    def say_marks(self) -> None:
        """Say how many are marked and what can be done with them."""
        raise NotImplementedError

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on."""
        if (number := self.number()) is not None:
            self.marks ^= {number}
            self.draw()
            self.action_cursor_down()
            self.say_marks()

    def action_mark_range(self) -> None:
        """Begin a range of marks, or end it here."""
        number, numbers = self.number(), list(self.numbers())
        if number is None:
            return
        if self._range_from not in numbers:
            self._range_from = number
            self.say("Range begun: move, then v again marks up to there; Esc forgets it.")
            return
        first, last = sorted((numbers.index(self._range_from), numbers.index(number)))
        self.marks |= set(numbers[first : last + 1])
        self._range_from = None
        self.draw()
        self.say_marks()

    def action_mark_all(self) -> None:
        """Mark all that is listed, or nothing if all of it is marked."""
        every = set(self.numbers())
        self.marks = set() if self.marks == every else every
        self.draw()
        self.say_marks()

    def clear_marks(self) -> bool:
        """Take the marks away; says whether there were any."""
        had = bool(self.marks) or self._range_from is not None
        self.marks, self._range_from = set(), None
        if had:
            self.draw()
            self.say("Marks cleared.")
        return had

    def action_escape(self) -> None:
        """Clear the filter, then the marks."""
        if not self.clear_filter():
            self.clear_marks()
