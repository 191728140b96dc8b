"""How far the labelling is: one line of counts, or bars."""

from __future__ import annotations

from textual.content import Content

from workbench.views.case import Progress
from workbench.widgets.case_text import QUIET, CaseText


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
        """Write the counts, the least wanted of them left out where there is no room."""
        now = self.progress
        if now is None:
            return Content("")
        head = f" decided {now.decided:,} of {now.total:,}   "
        tail = f"  skipped {now.skipped:,}"
        parts = [Content(head)]
        room = width - len(head) - len(tail)
        for code, _colour, count in now.counts:
            part = Content.assemble((f"{code} ", QUIET), f"{count:,}", "  ")
            if len(part) > room:
                break
            parts.append(part)
            room -= len(part)
        return Content("").join([*parts, Content.styled(tail, QUIET)])


class CountsShort(CountsLine):
    """The counts alone, at the right end of a line."""

    DEFAULT_CSS = """
    CountsShort { width: 64; }
    """

    def build(self, width: int, height: int) -> Content:
        """Write the codes and their counts, pushed to the right."""
        if self.progress is None:
            return Content("")
        cells = [
            Content.assemble((f"{code} ", QUIET), f"{count}")
            for code, _colour, count in self.progress.counts
        ]
        line = Content(" ").join([*cells, Content("")])
        return Content(" " * (width - len(line))) + line
