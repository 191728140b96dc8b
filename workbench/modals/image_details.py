"""All about an image that was found: its captions, and the captions that retrieve it first."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from workbench.modals.moving import MOVES
from workbench.presenters.search import details_lines, picture
from workbench.presenters.shell import key_line
from workbench.views.search import ImageSheet
from workbench.widgets.case_text import Rule
from workbench.widgets.line_list import LineList
from workbench.widgets.picture import Picture
from workbench.widgets.picture_mode import PictureMode
from workbench.widgets.text_line import TextLine

KEYS = (("Enter", "opens the case"), ("j k", "move"), ("q", "close"))


class ImageDetails(ModalScreen[int | None]):
    """Returns a query that retrieves the image, to open its case, or None."""

    AUTO_FOCUS = "LineList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,d", "close", "Close", show=False, id="image.close"),
        Binding("enter", "open", "Open", show=False, id="image.open"),
        *MOVES,
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
    DEFAULT_CSS = """
    ImageDetails {
        background: $background;
        & > Picture { height: 2fr; }
        & > LineList { height: 3fr; }
        & > #image-keys { background: $panel; }
        &.-low > Picture { display: none; }
    }
    """

    def __init__(self, sheet: ImageSheet, title: str, mode: PictureMode) -> None:
        super().__init__()
        self._sheet, self._title, self._mode = sheet, title, mode

    def compose(self) -> ComposeResult:
        """Lay out picture, captions and queries."""
        yield Rule(self._title)
        yield Picture()
        yield LineList()
        yield TextLine(id="image-keys")

    def on_mount(self) -> None:
        """Draw the picture as the screen below does."""
        self.query_one(Picture).mode = self._mode
        self.query_one(Picture).show(picture(self._sheet))

    def on_resize(self, event: events.Resize) -> None:
        """Write the lines for the new width."""
        cells = event.size.width
        self.query_one(LineList).show(details_lines(self._sheet, cells - 1))
        self.query_one("#image-keys", TextLine).line = key_line(KEYS, cells, end=False)

    def action_step(self, lines: int) -> None:
        """Move the cursor, or scroll where there is nothing to open."""
        self.query_one(LineList).step(lines)

    @on(LineList.Chosen)
    def action_open(self) -> None:
        """Return the query under the cursor, once."""
        key = self.query_one(LineList).key
        if key and self.is_current:
            self.dismiss(int(key))

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)
