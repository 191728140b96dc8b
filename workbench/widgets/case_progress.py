"""How far the labelling is: one line of counts, or bars."""

from __future__ import annotations

from textual.content import Content

from workbench.presenters.text import width
from workbench.views.case import Progress
from workbench.widgets.case_text import QUIET, CaseText
from workbench.widgets.status_line import StatusLine

GAP = 2


class CountsLine(CaseText):
    """Says how many cases are decided, with what, and how many were skipped."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.progress: Progress | None = None

    def show(self, progress: Progress) -> None:
        """Change the counts."""
        if progress != self.progress:
            self.progress = progress
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Write the counts; zeros are left out where there is no room, ".." stands for others."""
        now = self.progress
        if now is None:
            return Content("")
        by = f" {now.whose}" if now.whose else ""
        head = f" decided{by} {now.decided:,} of {now.total:,}   "
        given = sum(count > 0 for _, _, count in now.counts)
        tail = f"skipped {now.skipped:,}"
        shown = shortened(now.counts, width - len(head) - len(tail) - GAP, GAP)
        if len(shown) < given and not now.skipped:
            tail = ""
            shown = shortened(now.counts, width - len(head), GAP)
        if len(shown) < given:
            tail = f"..  {tail}".rstrip()
            shown = shortened(now.counts, width - len(head) - len(tail) - GAP, GAP)
        parts = [
            Content.assemble((f"{code} ", QUIET), f"{count:,}", " " * GAP)
            for code, _colour, count in shown
        ]
        return Content("").join([Content(head), *parts, Content.styled(tail, QUIET)])


class StatusCounts(StatusLine):
    """The status line, with the counts at its right end as far as the sentence leaves room."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: tuple[tuple[str, str, int], ...] = ()

    def show_counts(self, counts: tuple[tuple[str, str, int], ...]) -> None:
        """Change the counts."""
        self._counts = counts
        self._draw()

    def _tail(self, room: int) -> str:
        saved = super()._tail(room)
        left = room - width(saved) - GAP if saved else room
        cells = [f"{code} {count:,}" for code, _, count in shortened(self._counts, left, GAP)]
        return (" " * GAP).join([*cells, *([saved] if saved else [])])


def shortened(
    counts: tuple[tuple[str, str, int], ...], room: int, gap: int
) -> list[tuple[str, str, int]]:
    """Return the counts that fit: all, else those that are not zero, else the first of them."""

    def cells(some: list[tuple[str, str, int]]) -> int:
        return sum(width(f"{code} {count:,}") + gap for code, _, count in some) - gap

    shown = list(counts)
    if cells(shown) > room:
        shown = [row for row in shown if row[2]]
    while shown and cells(shown) > room:
        shown.pop()
    return shown
