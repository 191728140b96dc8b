"""Everything about what is marked: names and values in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from workbench.modals.text_overlay import TextOverlay
from workbench.presenters.wrap import fact_lines
from workbench.views.line import Line


class DetailsOverlay(TextOverlay):
    """Shows (name, value) pairs; a pair with an empty value is a heading."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "close", show=False)]

    def __init__(self, title: str, facts: Sequence[tuple[str, str]], right: str = "") -> None:
        super().__init__(title, right)
        self._facts = tuple(facts)

    def written(self, cells: int) -> Sequence[Line]:
        """Return the facts in lines of so many cells."""
        return fact_lines(self._facts, cells)
