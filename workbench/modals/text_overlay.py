"""A text that lies over a screen: scrolls, is searched, closes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from workbench.modals.moving import MOVES, PAGE
from workbench.modals.searching import SEARCH_KEYS, SEARCHING, SearchModal
from workbench.presenters.matches import marked
from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.views.line import Line
from workbench.widgets.line_list import LineList
from workbench.widgets.text_field import TextField
from workbench.widgets.text_line import TextLine

KEYS = (("j k", "scroll"), *SEARCH_KEYS, ("q", "close"))


class TextOverlay(SearchModal[None]):
    """Shows the lines of `written` under a title; `MOST` cells are as wide as it gets."""

    MOST: ClassVar[int] = 120
    AUTO_FOCUS = "LineList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", show=False),
        *MOVES,
        Binding("space", f"step({PAGE})", show=False),
    ]
    DEFAULT_CSS = """
    TextOverlay {
        background: $background 60%;
        align: center middle;
        & > * { max-width: 120; }
        & > LineList { height: 80%; background: $surface; }
        & > #text-title { background: $surface; }
        & > #text-keys { dock: bottom; max-width: 100%; background: $panel; }
    }
    """

    def __init__(self, title: str, right: str = "") -> None:
        super().__init__()
        self._title, self._right = title, right
        self._match = -1

    def compose(self) -> ComposeResult:
        """Lay out title, text, search field and keys."""
        yield TextLine(id="text-title")
        yield LineList()
        yield self.search_field()
        yield TextLine(id="text-keys")

    def written(self, cells: int) -> Sequence[Line]:
        """Return what is shown in lines of so many cells."""
        raise NotImplementedError

    def hints(self) -> Sequence[tuple[str, str]]:
        """Return what the last line says."""
        return KEYS

    @property
    def cells(self) -> int:
        """How wide it is."""
        return min(self.MOST, self.app.size.width)

    def on_resize(self, event: events.Resize) -> None:
        """Write the lines for the new width."""
        self._match = -1
        self.draw()

    def draw(self) -> None:
        """Draw title, lines and keys."""
        cells = self.cells
        right = "   ".join(text for text in (self.told, self._right) if text)
        self.query_one("#text-title", TextLine).line = rule(self._title, cells, right)
        keys = SEARCHING if self.typing else self.hints()
        self.query_one("#text-keys", TextLine).line = key_line(keys, self.app.size.width, end=False)
        lines = self.written(cells - 2)
        self.query_one(LineList).show(
            [marked(line, self.wanted, here=at == self._match) for at, line in enumerate(lines)]
        )

    def texts(self) -> Sequence[str]:
        """Return the text of every line."""
        return [line.text for line in self.written(self.cells - 2)]

    def match_at(self) -> int:
        """Return the line of the last match, else the one above the first in sight."""
        return self._match if self._match >= 0 else self.query_one(LineList).scroll_offset.y - 1

    def show_match(self, at: int) -> None:
        """Bring a line into sight, with a few above it."""
        self._match = at
        lines = self.query_one(LineList)
        top, rows = lines.scroll_offset.y, max(1, lines.size.height)
        if not top <= at < top + rows:
            lines.scroll_to(y=max(0, at - rows // 3), animate=False, force=True)

    def action_step(self, rows: int) -> None:
        """Scroll."""
        self.query_one(LineList).step(rows)

    def action_close(self) -> None:
        """Close the search field, else the text."""
        if self.query_one("#search-field", TextField).has_class("-open"):
            self.end_typing()
        else:
            self.dismiss(None)
