"""Lines that are written for the size they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.widget import Widget

from workbench.views.line import Line
from workbench.widgets.tones import content

_ALL = 10_000
"""Rows of which a whole text needs fewer."""


class TextBlock(Widget):
    """Shows what a function of width and height returns; draws only what has changed."""

    DEFAULT_CSS = """
    TextBlock { width: 1fr; height: 1fr; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._write: Callable[[int, int], Sequence[Line]] | None = None
        self.lines: tuple[Line, ...] = ()
        self._top = 0
        self._active = False

    def activate(self, active: bool) -> None:
        """Say whether the keys go here: `>` stands before the first line then."""
        if active != self._active:
            self._active = active
            self.refresh()

    def show(self, write: Callable[[int, int], Sequence[Line]]) -> None:
        """Write the lines, and again whenever the size changes."""
        self._write, self._top = write, 0
        self.on_resize()

    def step(self, count: int) -> None:
        """Scroll through all there is to write."""
        if self._write is not None and self.size:
            last = len(self._write(self.size.width, _ALL)) - self.size.height
            self._top = max(0, min(self._top + count, last))
            self.on_resize()

    def on_resize(self) -> None:
        """Write the lines for the new size."""
        if self._write is None or not self.size:
            return
        rows = self._top + self.size.height if self._top else self.size.height
        lines = tuple(self._write(self.size.width, rows))[self._top :]
        if lines != self.lines:
            self.lines = lines
            self.refresh()

    def render(self) -> Content:
        """Return the lines as styled text."""
        lines = [content(line.spans) for line in self.lines]
        if self._active and lines:
            lines[0] = Content.styled(">", "bold") + lines[0][1:]
        return Content("\n").join(lines)
