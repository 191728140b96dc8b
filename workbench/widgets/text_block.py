"""Lines that are written for the size they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.widget import Widget

from workbench.views.line import Line
from workbench.widgets.tones import content


class TextBlock(Widget):
    """Shows what a function of width and height returns; draws only what has changed."""

    DEFAULT_CSS = """
    TextBlock { width: 1fr; height: 1fr; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._write: Callable[[int, int], Sequence[Line]] | None = None
        self.lines: tuple[Line, ...] = ()

    def show(self, write: Callable[[int, int], Sequence[Line]]) -> None:
        """Write the lines, and again whenever the size changes."""
        self._write = write
        self.on_resize()

    def on_resize(self) -> None:
        """Write the lines for the new size."""
        if self._write is None or not self.size:
            return
        lines = tuple(self._write(self.size.width, self.size.height))
        if lines != self.lines:
            self.lines = lines
            self.refresh()

    def render(self) -> Content:
        """Return the lines as styled text."""
        return Content("\n").join(content(line.spans) for line in self.lines)
