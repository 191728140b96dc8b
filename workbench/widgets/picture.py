"""A picture in cells that never holds up a key: decoded in a thread once the cursor rests."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import get_current_worker

from workbench.views.case import PictureView
from workbench.widgets import picture_protocol
from workbench.widgets.picture_file import PictureError, load
from workbench.widgets.picture_mode import Drawing, PictureMode, drawing

if TYPE_CHECKING:
    from PIL import Image

REST_S = 0.15
CELLS = 6_000
CELLS_OVER_SSH = 1_400
"""How many cells a picture may take: about 42 bytes each in truecolor."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture ready to be painted: its lines, or a sixel sequence for a box of cells."""

    width: int
    height: int
    strips: tuple[Strip, ...] = ()
    sixels: str = ""


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
        over_ssh = "SSH_CONNECTION" in os.environ and not whole_screen
        self._cells = CELLS_OVER_SSH if over_ssh else CELLS
        self.view: PictureView | None = None
        self.reason = ""
        self._drawn: Drawn | None = None
        self._token = 0
        self._timer: Timer | None = None

    def show(self, view: PictureView | None, *, wait_s: float = REST_S) -> None:
        """Show a picture once nothing else has been asked for during `wait_s`."""
        if view == self.view and (self._drawn is not None or self.reason):
            return
        self.view = view
        self._restart(wait_s)

    @property
    def drawing(self) -> Drawing:
        """How pictures are drawn at present."""
        return drawing(self.mode, os.environ)

    @property
    def settled(self) -> bool:
        """Whether nothing is being waited for."""
        return self.view is None or self._drawn is not None or bool(self.reason)

    def watch_mode(self) -> None:
        """Draw again in the new way."""
        if self.is_mounted:
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
        width, height = allowed(self.size.width, self.size.height, self._cells)

        def work() -> None:
            worker = get_current_worker()
            try:
                drawn, reason = draw(path, width, height, how), ""
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
        self._drawn, self.reason = drawn, reason
        self.refresh()
        path = self.view.path if self.view else None
        self.post_message(self.Finished(self, path, reason))

    # Drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw a line of the picture, centred, or of the reason there is none."""
        width = self.size.width
        blank = Strip.blank(width, self.rich_style)
        if self._drawn is not None:
            return self._picture_line(self._drawn, y) or blank
        if self.reason:
            lines = _wrap(self.reason, max(1, width - 4))
            row = y - (self.size.height - len(lines)) // 2
            if 0 <= row < len(lines):
                text = " " * ((width - cell_len(lines[row])) // 2) + lines[row]
                line = Strip([Segment(text, self.rich_style)])
                return line.adjust_cell_length(width, self.rich_style)
        return blank

    def _picture_line(self, drawn: Drawn, y: int) -> Strip | None:
        left = (self.size.width - drawn.width) // 2
        top = (self.size.height - drawn.height) // 2
        row = y - top
        if not 0 <= row < drawn.height or (drawn.sixels and not self.screen.is_active):
            return None
        if drawn.sixels:
            origin = self.content_region.offset + Offset(left, top)
            lines = picture_protocol.sixel_strips(drawn.sixels, origin, drawn.width, drawn.height)
            line = lines[row]
        else:
            line = drawn.strips[row]
        right = self.size.width - left - drawn.width
        style = self.rich_style
        return Strip.join([Strip.blank(left, style), line, Strip.blank(right, style)])


def draw(path: Path | None, width: int, height: int, how: Drawing) -> Drawn:
    """Decode a file into at most `width` x `height` cells."""
    if how == "half-block":
        image = _small(path, width, height * 2)
        from workbench.widgets.picture_cells import half_blocks

        strips = tuple(half_blocks(image))
        return Drawn(image.width, len(strips), strips)
    return _graphics(path, width, height, how)


@lru_cache(maxsize=32)
def _small(path: Path | None, width: int, height: int) -> Image.Image:
    """Decode a file to so few pixels. Cells are drawn anew: they take a hundred times as much."""
    return load(path, (width, height))


@lru_cache(maxsize=16)
def _graphics(path: Path | None, width: int, height: int, how: Drawing) -> Drawn:
    across, down = picture_protocol.cell_pixels()
    image = load(path, (width * across, height * down))
    columns, rows = math.ceil(image.width / across), math.ceil(image.height / down)
    if how == "kitty":
        strips = tuple(picture_protocol.kitty_strips(image, columns, rows))
        return Drawn(columns, rows, strips)
    return Drawn(columns, rows, sixels=picture_protocol.sixels(image))


def allowed(width: int, height: int, cells: int) -> tuple[int, int]:
    """Shrink a box to at most so many cells, its shape kept."""
    share = min(1.0, math.sqrt(cells / max(1, width * height)))
    return max(1, int(width * share)), max(1, int(height * share))


def _wrap(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if cell_len(joined) <= width or not lines[-1]:
            lines[-1] = joined[:width]
        else:
            lines.append(word[:width])
    return lines
