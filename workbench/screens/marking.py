"""Marks in a table: of one row, of a range, of all; for Jobs and Clusters."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on

from workbench.screens.table_narrowing import TableNarrowing
from workbench.session import Session
from workbench.widgets.line_list import LineList


class Marking(TableNarrowing):
    """`marks` are the numbers of the marked rows."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.marks: set[int] = set()
        self._range_from: int | None = None
        self._before_range: set[int] = set()

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
            self._range_from = None
            self.marks ^= {number}
            self.draw()
            self.action_cursor_down()
            self.say_marks()

    def action_mark_range(self) -> None:
        """Begin a range of marks that follows the cursor, or keep its marks."""
        if self._range_from in self.numbers():
            self._extend_range()
            self._range_from = None
            self.say_marks()
        elif (number := self.number()) is not None:
            self._range_from, self._before_range = number, set(self.marks)
            self._extend_range()

    @on(LineList.Highlighted)
    def follow_with_range(self, message: LineList.Highlighted) -> None:
        """Mark from where the range began to where the cursor came."""
        if message.lines is self.lines:
            self._extend_range()

    def _extend_range(self) -> None:
        number, numbers = self.number(), list(self.numbers())
        if number not in numbers or self._range_from not in numbers:
            return
        first, last = sorted((numbers.index(self._range_from), numbers.index(number)))
        marks = self._before_range | set(numbers[first : last + 1])
        if marks != self.marks:
            self.marks = marks
            self.draw()
        self.say(f"{len(self.marks)} marked: v keeps them, Esc drops the range.", keep=True)

    def unmark(self) -> None:
        """Take the marks away without a word; the open range ends."""
        self.marks, self._range_from = set(), None

    def action_mark_all(self) -> None:
        """Mark all that is listed, or nothing if all of it is marked."""
        every = set(self.numbers())
        self._range_from = None
        self.marks = set() if self.marks == every else every
        self.draw()
        self.say_marks()

    def clear_marks(self) -> bool:
        """Take the marks away; says whether there were any."""
        had = bool(self.marks)
        self.unmark()
        if had:
            self.draw()
            self.say("Marks cleared.")
        return had

    def action_escape(self) -> None:
        """Drop the open range, else clear the filter, then the marks."""
        if self._range_from is not None:
            self.marks, self._range_from = self._before_range, None
            self.draw()
            self.say("Range dropped.")
        elif not self.clear_filter():
            self.clear_marks()
