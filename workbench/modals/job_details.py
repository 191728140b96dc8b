"""Everything about a job, and how the code differed from its commit when it was queued."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from workbench.modals.details import DetailsOverlay
from workbench.modals.text_overlay import KEYS
from workbench.presenters.log import diff_lines
from workbench.views.line import Line
from workbench.widgets.line_list import LineList


class JobDetails(DetailsOverlay):
    """Shows the facts; `v` shows the diff instead, and again the facts."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("v", "switch", show=False)]

    def __init__(self, title: str, facts: Sequence[tuple[str, str]], diff: str) -> None:
        super().__init__(title, facts)
        self._of_facts = title
        self._diff = diff
        self._shows_diff = False

    def written(self, cells: int) -> Sequence[Line]:
        """Return the facts or the diff in lines of so many cells."""
        return diff_lines(self._diff, cells + 1) if self._shows_diff else super().written(cells)

    def hints(self) -> Sequence[tuple[str, str]]:
        """Return the keys, with what `v` shows."""
        other = (("v", "facts" if self._shows_diff else "diff"),) if self._diff else ()
        return (*KEYS, *other)

    def action_switch(self) -> None:
        """Show the diff, or the facts again."""
        if self._diff:
            self._shows_diff = not self._shows_diff
            diff = f"{self._of_facts}: diff when it was queued"
            self._title = diff if self._shows_diff else self._of_facts
            self._match = -1
            self.query_one(LineList).scroll_to(y=0, animate=False, force=True)
            self.draw()
