"""A line that is written for the width it has."""

from __future__ import annotations

from collections.abc import Callable

from workbench.views.line import Line
from workbench.widgets.text_line import TextLine


class ScopeLine(TextLine):
    """Line 2, or line 1 of Triage: what the numbers on screen count."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._write: Callable[[int], Line] | None = None

    def show(self, write: Callable[[int], Line]) -> None:
        """Write the line, and again whenever the width changes."""
        self._write = write
        self.on_resize()

    def on_resize(self) -> None:
        """Write the line for the new width."""
        if self._write is not None and self.size.width:
            self.line = self._write(self.size.width)
