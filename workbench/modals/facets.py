"""Narrows a list: what its cases have in common, with counts, and the saved views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from workbench.modals.pick_list import PickList
from workbench.presenters.text import cut, fit
from workbench.views.facets import Facet

_GROUP, _NAME, _COUNT = 12, 24, 8


class FacetPicker(PickList[Facet]):
    """Returns the facet to add or to take away, or None; Space puts several into `toggled`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "close", "Close", show=False, id="facets.close"),
        Binding("space", "choose", "Toggle", show=False, id="facets.toggle"),
    ]

    def __init__(self, facets: Sequence[Facet], total: int, things: str = "cases") -> None:
        super().__init__(
            "Facets", f"{total:,} {things}", facets, "adds it, or takes a * away; Space several"
        )
        self._facets = facets
        self.toggled: list[Facet] = []

    def action_choose(self) -> None:
        """Add the marked facet to those that Enter applies, or leave it out again."""
        if not self._facets or self.typing:
            return
        facet = self._facets[self.match_at()]
        if facet.saved is None:
            (self.toggled.remove if facet in self.toggled else self.toggled.append)(facet)
            self.draw()

    def lines(self, cells: int) -> Sequence[Content]:
        """Return a line for each facet; a group is named once."""
        groups = [facet.group for facet in self._facets]
        shown = [
            group if at == 0 or groups[at - 1] != group else "" for at, group in enumerate(groups)
        ]
        return [self._line(*pair, cells) for pair in zip(shown, self._facets, strict=True)]

    def _line(self, group: str, facet: Facet, cells: int) -> Content:
        count = "" if facet.count is None else f"{facet.count:,}"
        words = cut(facet.filter, max(4, cells - _GROUP - _NAME - _COUNT - 6))
        return Content.assemble(
            "* " if facet.on != (facet in self.toggled) else "  ",
            (fit(group, _GROUP), "$quiet"),
            fit(facet.name, _NAME),
            fit(count, _COUNT, right=True),
            ("   " + words, "$quiet"),
        )
