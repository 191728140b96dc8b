"""A picture in cells that never holds up a key: decoded in a thread once the cursor rests."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.errors import NoWidget
from textual.geometry import Offset, Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import get_current_worker

from workbench.presenters.text import plain
from workbench.presenters.wrap import wrapped
from workbench.views.case import PictureView
from workbench.views.overlay import Overlay
from workbench.widgets.painted import laid
from workbench.widgets.picture_drawing import (
    BYTES,
    BYTES_OF_ONE_OVER_SSH,
    BYTES_OVER_SSH,
    CELLS,
    Drawn,
    Room,
    allowed,
    draw,
)
from workbench.widgets.picture_file import PictureError
from workbench.widgets.picture_mode import Drawing, PictureMode, drawing

REST_S = 0.15
TWICE_S = 0.05


class Picture(Widget):
    """Draws a file as half-blocks, sixel or kitty graphics, or says why it cannot."""

    DEFAULT_CSS = """
    Picture { background: $background; color: $quiet; height: 1fr; width: 1fr; }
    """

    mode: reactive[PictureMode] = reactive("auto")

    @dataclass
    class Finished(Message):
        """A picture was drawn; `reason` says why not if it could not be."""

        picture: Picture
        path: Path | None
        reason: str

        @property
        def control(self) -> Picture:
            """The picture it is about."""
            return self.picture

    @dataclass
    class _Decoded(Message):
        token: int
        drawn: Drawn | None
        reason: str

    def __init__(
        self, *, id: str | None = None, classes: str | None = None, whole_screen: bool = False
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._most, self._slow = BYTES, "SSH_CONNECTION" in os.environ
        if self._slow:
            self._most = BYTES_OF_ONE_OVER_SSH if whole_screen else BYTES_OVER_SSH
        self.view: PictureView | None = None
        self.overlay: Overlay | None = None
        self.reason = ""
        self._drawn: Drawn | None = None
        self._token = 0
        self._timer: Timer | None = None
        self._later: Timer | None = None
        self._veiled = False
        self._veil: Timer | None = None

    def show(
        self, view: PictureView | None, overlay: Overlay | None = None, *, wait_s: float = REST_S
    ) -> None:
        """Show a picture once nothing else has been asked for during `wait_s`."""
        same = view == self.view and overlay is self.overlay
        if same and (self._drawn is not None or self.reason):
            return
        self.view, self.overlay = view, overlay
        self._restart(wait_s)

    @property
    def drawing(self) -> Drawing:
        """How pictures are drawn at present: kitty's need a colour that carries their number."""
        how = drawing(self.mode, os.environ)
        few = self.app.console.color_system not in ("256", "truecolor")
        return "half-block" if how == "kitty" and few else how

    @property
    def settled(self) -> bool:
        """Whether nothing is being waited for."""
        done = self.view is None or self._drawn is not None or bool(self.reason)
        return done and not self._veiled

    def veil(self) -> None:
        """Paint nothing from now on: what goes through the screens is not to send the pictures."""
        self._veiled = True
        self.refresh()
        if self._veil is not None:
            self._veil.stop()

    def unveil(self) -> None:
        """Paint the picture again once its screen has stayed."""
        if self._veiled:
            self._veil = self.set_timer(REST_S, self._lift)

    def _lift(self) -> None:
        self._veiled = False
        self.refresh()

    def watch_mode(self) -> None:
        """Draw again in the new way."""
        if self.is_mounted:
            self._restart(0)

    def again(self) -> None:
        """Draw the picture once more: the terminal may have lost it."""
        self._restart(0)

    def _on_resize(self, event: events.Resize) -> None:
        if self.view is not None:
            self._restart(REST_S)

    def _restart(self, wait_s: float) -> None:
        self._token += 1
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        had = self._drawn is not None or bool(self.reason)
        self._drawn, self.reason = None, ""
        laid.discard(self)
        if had:
            self.refresh()
        if self.view is None:
            return
        if self.drawing == "none":
            self._settle(None, "pictures are off")
        elif self.view.problem is not None:
            self._settle(None, self.view.problem)
        elif wait_s:
            self._timer = self.set_timer(wait_s, self._decode)
        else:
            self.call_after_refresh(self._decode)

    def _decode(self) -> None:
        if self.view is None or not self.size:
            return
        token, path, how = self._token, self.view.path, self.drawing
        overlay = self.overlay
        truecolor = self.app.console.color_system == "truecolor"
        box = allowed(self.size.width, self.size.height, CELLS)
        room = Room(*box, self._most, truecolor, posterized=self._slow)

        def work() -> None:
            worker = get_current_worker()
            try:
                drawn, reason = draw(path, room, how, overlay), ""
            except PictureError as error:
                drawn, reason = None, str(error)
            if not worker.is_cancelled:
                self.post_message(self._Decoded(token, drawn, reason))

        self.run_worker(work, thread=True, exclusive=True, group="picture", exit_on_error=False)

    def on_picture__decoded(self, message: Picture._Decoded) -> None:
        """Take a decoded picture unless another one has been asked for since."""
        message.stop()
        if message.token == self._token:
            self._settle(message.drawn, message.reason)

    def _settle(self, drawn: Drawn | None, reason: str) -> None:
        self._drawn, self.reason = drawn, plain(reason)  # it names files and quotes decoders
        if drawn is not None and drawn.sixels:
            laid.add(self)
        if drawn is not None and drawn.sent:
            self._write(drawn.sent)
        self.refresh()
        path = self.view.path if self.view else None
        self.post_message(self.Finished(self, path, self.reason))

    # Drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw a line of the picture, centred, or of the reason there is none."""
        width = self.size.width
        blank = Strip.blank(width, self.rich_style)
        if self._veiled:
            return blank
        if self._drawn is not None:
            return self._picture_line(self._drawn, y) or blank
        if self.reason:
            lines = wrapped(self.reason, max(1, width - 4))
            row = y - (self.size.height - len(lines)) // 2
            if 0 <= row < len(lines):
                text = " " * ((width - cell_len(lines[row])) // 2) + lines[row]
                line = Strip([Segment(text, self.rich_style)])
                return line.adjust_cell_length(width, self.rich_style)
        return blank

    def _picture_line(self, drawn: Drawn, y: int) -> Strip | None:
        left, top = self._corner(drawn)
        row = y - top
        if drawn.line is None or not 0 <= row < drawn.height:
            return None
        right = self.size.width - left - drawn.width
        style = self.rich_style
        parts = [Strip.blank(left, style), drawn.line(row), Strip.blank(right, style)]
        return Strip.join(parts)

    def _corner(self, drawn: Drawn) -> tuple[int, int]:
        return (self.size.width - drawn.width) // 2, (self.size.height - drawn.height) // 2

    # Sixels, which lie upon the cells and are gone wherever a cell is painted ------------------

    @property
    def laid_box(self) -> Region | None:
        """The cells of the screen that sixels lie upon, or None."""
        if self._drawn is None or not self._drawn.sixels or self._veiled or not self.is_attached:
            return None
        corner = self.content_region.offset + Offset(*self._corner(self._drawn))
        return Region(corner.x, corner.y, self._drawn.width, self._drawn.height)

    def lay(self) -> None:
        """Send the sixels soon, once, as the cells under them have been painted.

        A screen that comes back is painted twice. Under an overlay the sixels wait longer: menus
        come and go faster than pictures travel.
        """
        if self._later is not None:
            self._later.stop()
        wait_s = TWICE_S if self.screen.is_active else REST_S
        self._later = self.set_timer(wait_s, self._send_sixels)

    def _send_sixels(self) -> None:
        box = self.laid_box
        if box is not None and self._drawn is not None and self._in_sight():
            place = f"\x1b[{box.y + 1};{box.x + 1}H"
            self._write(f"\x1b7{place}{self._drawn.sixels}\x1b8")

    def _in_sight(self) -> bool:
        """Whether all cells of the sixels are shown, under no overlay."""
        box, stack = self.laid_box, self.app.screen_stack
        if box is None or self.screen not in stack:
            return False
        try:
            whole = self.screen.find_widget(self).visible_region.contains_region(box)
        except NoWidget:
            return False
        above = stack[stack.index(self.screen) + 1 :]
        return whole and not any(
            screen.styles.background.a == 1
            or any(child.display and child.region.overlaps(box) for child in screen.children)
            for screen in above
        )

    def _write(self, data: str) -> None:
        """Hand a sequence to the terminal as it is."""
        driver = self.app._driver
        if driver is not None and not self.app.is_headless:
            driver.write(data)
            driver.flush()
