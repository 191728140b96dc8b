"""Everything about what is marked: names and values in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.presenters.wrap import fact_lines
from workbench.views.line import Line
from workbench.widgets.line_list import LineList
from workbench.widgets.text_line import TextLine

SCROLLING: list[BindingType] = [
    Binding("escape,q,enter,d", "close", show=False),
    Binding("j,down", "scroll(1)", show=False),
    Binding("k,up", "scroll(-1)", show=False),
    Binding("ctrl+d,pagedown,space", "scroll(10)", show=False),
    Binding("ctrl+u,pageup", "scroll(-10)", show=False),
    Binding("G,end", "scroll(9999)", show=False),
    Binding("home", "scroll(-9999)", show=False),
]
KEYS = (("j k", "scroll"), ("q", "close"))


class DetailsOverlay(ModalScreen[None]):
    """Shows (name, value) pairs; a pair with an empty value is a heading."""

    BINDINGS: ClassVar[list[BindingType]] = SCROLLING
    DEFAULT_CSS = """
    DetailsOverlay {
        background: $background 60%;
        align: center middle;
        & > * { max-width: 120; }
        & > LineList { height: 80%; background: $surface; }
        & > #details-keys { background: $panel; }
        & > #details-title { background: $surface; }
    }
    """

    def __init__(self, title: str, facts: Sequence[tuple[str, str]], right: str = "") -> None:
        super().__init__()
        self._right = right
        self._title = title
        self._facts = tuple(facts)

    def compose(self) -> ComposeResult:
        """Lay out title, facts and keys."""
        yield TextLine(id="details-title")
        yield LineList()
        yield TextLine(id="details-keys")

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the facts to the new width."""
        cells = min(120, event.size.width)
        self.query_one("#details-title", TextLine).line = rule(self._title, cells, self._right)
        self.query_one("#details-keys", TextLine).line = key_line(KEYS, cells, end=False)
        self.query_one(LineList).show(self.written(cells - 2))

    def written(self, cells: int) -> tuple[Line, ...]:
        """Return what is shown in lines of so many cells."""
        return fact_lines(self._facts, cells)

    def action_scroll(self, lines: int) -> None:
        """Scroll."""
        self.query_one(LineList).step(lines)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)
