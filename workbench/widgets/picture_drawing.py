"""A picture made ready to be painted: decoded into a box of cells, in any way of drawing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from textual.strip import Strip

from workbench.views.overlay import Overlay
from workbench.widgets import picture_protocol
from workbench.widgets.picture_file import load
from workbench.widgets.picture_mode import Drawing

if TYPE_CHECKING:
    from PIL import Image

CELLS = 6_000
"""How many cells a picture may take: more take too long to paint."""

BYTES = 1_000_000
BYTES_OVER_SSH = 25_000
BYTES_OF_ONE_OVER_SSH = 250_000
"""How many bytes a picture may take, over ssh: 25 kB are 0.2 s at 1 Mbit/s; on the whole screen."""

HALF_BLOCK_BYTES, HALF_BLOCK_BYTES_256 = 42, 27
"""What a half-block cell of a photograph takes in truecolor and in 256 colours: measured."""
KITTY_CELL_BYTES = 10
"""What a placeholder cell takes beside the picture itself, with the codes around."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a picture may take: a box of cells, at most so many bytes, all colours or 256.

    Where `posterized` a picture that takes more bytes loses colours before it loses pixels.
    """

    width: int
    height: int
    most: int = BYTES
    truecolor: bool = True
    posterized: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture ready to be painted in a box of cells.

    `line` makes a line of its cells, else sixels are laid upon the empty box; `sent` goes to the
    terminal once before.
    """

    width: int
    height: int
    line: Callable[[int], Strip] | None = None
    sixels: str = ""
    sent: str = ""


def draw(path: Path | None, room: Room, how: Drawing, overlay: Overlay | None = None) -> Drawn:
    """Decode a file into a box of cells, with an overlay upon it if there is one."""
    if how == "half-block":
        from workbench.widgets.picture_cells import half_blocks

        image = _within_cells(_small(path, room.width, room.height * 2), room)
        line = half_blocks(_under(image, overlay))
        return Drawn(image.width, math.ceil(image.height / 2), line)
    return (_sixels if how == "sixel" else _kitty)(path, room, overlay)


def _under(image: Image.Image, overlay: Overlay | None) -> Image.Image:
    if overlay is None:
        return image
    from workbench.widgets.picture_overlay import blended

    return blended(image, overlay)


@lru_cache(maxsize=32)
def _small(path: Path | None, width: int, height: int) -> Image.Image:
    """Decode a file to so few pixels."""
    return load(path, (width, height))


def _within_cells(image: Image.Image, room: Room) -> Image.Image:
    """Shrink a picture, two pixels a cell, to the cells that its bytes allow."""
    cells = room.most // (HALF_BLOCK_BYTES if room.truecolor else HALF_BLOCK_BYTES_256)
    width, height = allowed(image.width, image.height, 2 * cells)
    return image if (width, height) == image.size else image.resize((width, height))


@lru_cache(maxsize=16)
def _sixels(path: Path | None, room: Room, overlay: Overlay | None) -> Drawn:
    across, down = picture_protocol.cell_pixels()
    image = _under(load(path, (room.width * across, room.height * down)), overlay)
    data, image = picture_protocol.within(
        picture_protocol.sixels, image, room.most, posterized=room.posterized
    )
    columns, rows = math.ceil(image.width / across), math.ceil(image.height / down)
    return Drawn(columns, rows, sixels=data)


@lru_cache(maxsize=16)
def _kitty(path: Path | None, room: Room, overlay: Overlay | None) -> Drawn:
    across, down = picture_protocol.cell_pixels()
    image = _under(load(path, (room.width * across, room.height * down)), overlay)
    columns, rows = math.ceil(image.width / across), math.ceil(image.height / down)
    data, _ = picture_protocol.within(
        picture_protocol.png,
        image,
        room.most - KITTY_CELL_BYTES * columns * rows,
        posterized=room.posterized,
    )
    number = picture_protocol.kitty_id(truecolor=room.truecolor)
    line = picture_protocol.kitty_strips(number, columns, rows).__getitem__
    sent = picture_protocol.kitty_sent(data, number, columns, rows)
    return Drawn(columns, rows, line, sent=sent)


def allowed(width: int, height: int, cells: int) -> tuple[int, int]:
    """Shrink a box to at most so many cells, its shape kept."""
    share = min(1.0, math.sqrt(cells / max(1, width * height)))
    return max(1, int(width * share)), max(1, int(height * share))
