"""Everything about a job, and how the code differed from its commit when it was queued."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from workbench.modals.details import KEYS, SCROLLING, DetailsOverlay
from workbench.presenters.log import diff_lines
from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.presenters.wrap import fact_lines
from workbench.widgets.line_list import LineList
from workbench.widgets.text_line import TextLine


class JobDetails(DetailsOverlay):
    """Shows the facts; `v` shows the diff instead, and again the facts."""

    BINDINGS: ClassVar[list[BindingType]] = [*SCROLLING, Binding("v", "switch", show=False)]

    def __init__(self, title: str, facts: Sequence[tuple[str, str]], diff: str) -> None:
        super().__init__(title, facts)
        self._diff = diff
        self._shows_diff = False

    def on_resize(self, event: events.Resize) -> None:
        """Lay out what is shown for the new width."""
        event.prevent_default()
        self._draw()

    def action_switch(self) -> None:
        """Show the diff, or the facts again."""
        if self._diff:
            self._shows_diff = not self._shows_diff
            self.query_one(LineList).scroll_to(y=0, animate=False, force=True)
            self._draw()

    def _draw(self) -> None:
        cells = min(120, self.size.width)
        title = f"{self._title}: diff when it was queued" if self._shows_diff else self._title
        other = (("v", "facts" if self._shows_diff else "diff"),) if self._diff else ()
        lines = (
            diff_lines(self._diff, cells - 1)
            if self._shows_diff
            else fact_lines(self._facts, cells - 2)
        )
        self.query_one("#details-title", TextLine).line = rule(title, cells)
        keys = (*KEYS, *other)
        self.query_one("#details-keys", TextLine).line = key_line(keys, cells, end=False)
        self.query_one(LineList).show(lines)
