"""One picture on the whole screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.views.case import PictureView
from workbench.widgets.picture import Picture
from workbench.widgets.picture_mode import PictureMode


class FullPicture(ModalScreen[None]):
    """Shows pictures one at a time, each with its title and what is said of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,I,enter", "close", "Close", show=False, id="picture.close"),
        Binding("J,j,l,right,down,tab,space", "step(1)", "Next", show=False, id="picture.next"),
        Binding("K,k,h,left,up,shift+tab", "step(-1)", "Previous", show=False, id="picture.back"),
    ]
    DEFAULT_CSS = """
    FullPicture {
        background: $background;
        & > Static { height: 1; padding: 0 1; }
        & > #full-text { color: $quiet; height: auto; max-height: 3; }
    }
    """

    def __init__(
        self, pictures: Sequence[tuple[PictureView, str]], index: int, mode: PictureMode
    ) -> None:
        super().__init__()
        self._pictures = pictures
        self._index = index
        self._mode = mode

    def compose(self) -> ComposeResult:
        """Lay out title, picture and text."""
        yield Static(id="full-title")
        yield Picture(whole_screen=True)
        yield Static(id="full-text")

    def on_mount(self) -> None:
        """Show the first picture."""
        self.query_one(Picture).mode = self._mode
        self._show()

    def action_step(self, by: int) -> None:
        """Show the next or the previous picture."""
        self._index = (self._index + by) % len(self._pictures)
        self._show()

    def action_close(self) -> None:
        """Go back to the case."""
        self.dismiss(None)

    def _show(self) -> None:
        view, text = self._pictures[self._index]
        place = f"{self._index + 1} of {len(self._pictures)}   J K step   q close"
        self.query_one("#full-title", Static).update(
            Content.assemble((view.title, "bold"), "   ", (place, "$quiet"))
        )
        self.query_one("#full-text", Static).update(Content(text))
        self.query_one(Picture).show(view)
