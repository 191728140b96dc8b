"""Marks in a table: of one row, of a range, of all; for Jobs and Clusters."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on

from workbench.screens.table_narrowing import TableNarrowing
from workbench.session import Session
from workbench.widgets.line_list import LineList
from workbench.widgets.marks import Marks


class Marking(TableNarrowing):
    """`marks` are the numbers of the marked rows."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.marks = Marks()

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
            self.marks.toggle(number)
            self.draw()
            self.action_cursor_down()
            self.say_marks()

    def action_mark_range(self) -> None:
        """Begin a range of marks that follows the cursor, or keep its marks."""
        if self.marks.start in self.numbers():
            self._extend_range()
            self.marks.end()
            self.say_marks()
        elif (number := self.number()) is not None:
            self.marks.begin(number)
            self._extend_range()

    @on(LineList.Highlighted)
    def follow_with_range(self, message: LineList.Highlighted) -> None:
        """Mark from where the range began to where the cursor came."""
        if message.lines is self.lines:
            self._extend_range()

    def _extend_range(self) -> None:
        start, number, numbers = self.marks.start, self.number(), list(self.numbers())
        if start not in numbers or number not in numbers:
            return
        first, last = sorted((numbers.index(start), numbers.index(number)))
        if self.marks.extend(numbers[first : last + 1]):
            self.draw()
        self.say(f"{len(self.marks)} marked: v keeps them, Esc drops the range.", keep=True)

    def unmark(self) -> None:
        """Take the marks away without a word; the open range ends."""
        self.marks.replace(())

    def action_mark_all(self) -> None:
        """Mark all that is listed, or nothing if all of it is marked."""
        every = set(self.numbers())
        self.marks.replace(() if set(self.marks) == every else every)
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
        """Drop the open range, else clear the marks, then the filter."""
        if self.marks.drop():
            self.draw()
            self.say("Range dropped.")
        elif not self.clear_marks():
            self.clear_filter()
