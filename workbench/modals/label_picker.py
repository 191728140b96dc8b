"""Picks a category by its name: type letters of it in order, Enter takes the best that fits."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.fuzzy import FuzzySearch
from textual.screen import ModalScreen

from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.presenters.text import cut, fit
from workbench.presenters.wrap import wrapped
from workbench.taxonomy import Category, Taxonomy
from workbench.views.line import Line, Span
from workbench.widgets.line_list import LineList
from workbench.widgets.text_block import TextBlock
from workbench.widgets.text_field import TextField
from workbench.widgets.text_line import TextLine

KEYS = (("type", "search"), ("Up Down", "choose"), ("Enter", "take"), ("Esc", "close"))
WIDTH = 72
GUIDELINE_ROWS = 4


class LabelPicker(ModalScreen[str | None]):
    """Returns the name of a category, or None."""

    AUTO_FOCUS = "TextField"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]
    DEFAULT_CSS = f"""
    LabelPicker {{
        background: transparent;
        align: right bottom;
        & > * {{ max-width: {WIDTH}; }}
        & > LineList {{ height: auto; max-height: 12; background: $panel; }}
        & > TextLine {{ background: $panel; }}
        & > TextBlock {{ height: {GUIDELINE_ROWS}; background: $panel; color: $quiet; }}
    }}
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        super().__init__()
        self._categories = taxonomy.categories
        self._fuzzy = FuzzySearch()

    def compose(self) -> ComposeResult:
        """Lay out title, field, categories, what the marked one means, and keys."""
        yield TextLine(id="pick-title")
        yield TextField(placeholder="letters of a name or code")
        yield LineList()
        yield TextBlock()
        yield TextLine(id="pick-keys")

    def on_resize(self) -> None:
        """Lay everything out for the new width."""
        cells = min(WIDTH, self.size.width)
        self.query_one("#pick-title", TextLine).line = rule("Category", cells)
        self.query_one("#pick-keys", TextLine).line = key_line(KEYS, cells, end=False)
        self.search()

    @on(TextField.Changed)
    def search(self) -> None:
        """Show the categories that have what is typed, the best first, as the palette does."""
        typed = self.query_one(TextField).value.strip()
        cells = min(WIDTH, self.size.width) - 2
        scores = {one.name: self._score(one, typed) for one in self._categories}
        found = sorted(
            (one for one in self._categories if scores[one.name] > 0 or not typed),
            key=lambda one: -scores[one.name],
        )
        self.query_one(LineList).show(tuple(_line(one, cells) for one in found))
        if not found:
            self.query_one(TextBlock).show(lambda cells, rows: ())

    @on(LineList.Highlighted)
    def explain(self, event: LineList.Highlighted) -> None:
        """Write what the marked category means, in full."""
        means = next(one.guideline for one in self._categories if one.name == event.key)
        self.query_one(TextBlock).show(
            lambda cells, rows: [
                Line((Span(f" {row}"),)) for row in wrapped(means, max(1, cells - 2))[:rows]
            ]
        )

    @on(TextField.Submitted)
    @on(LineList.Chosen)
    def take(self) -> None:
        """Return the marked category."""
        if self.is_current:
            self.dismiss(self.query_one(LineList).key or None)

    def _score(self, category: Category, typed: str) -> float:
        """Say how well what is typed fits a code or a name: 0 for not at all, or without it."""
        texts = (category.code, category.name) if typed else ()
        return max((self._fuzzy.match(typed, text)[0] for text in texts), default=0.0)

    def action_step(self, count: int) -> None:
        """Move the cursor."""
        self.query_one(LineList).step(count)

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)


def _line(category: Category, cells: int) -> Line:
    name = category.name.replace("_", " ")
    shown = f"[{category.key}] {category.code}  {fit(name, 16)}{category.guideline}"
    return Line((Span(cut(shown, cells - 3)),), key=category.name)
