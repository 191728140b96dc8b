"""Draws a decoded picture as half-block cells: one pixel wide, two pixels high each."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from PIL import Image

UPPER_HALF = "▀"
STEP = 8  # colours are rounded, so that flat areas share a style and cost fewer bytes
_ROUNDED = [min(value + STEP // 2, 255) // STEP * STEP for value in range(256)]


def half_blocks(image: Image.Image) -> Callable[[int], Strip]:
    """Return what makes a line of the cells of an RGB picture; of an odd height the last row twice.

    A line is made when it is painted: cells take a hundred times as much memory as pixels.
    """
    # The library keeps the codes of 16,384 styles, and nearly every cell has one of its own.
    Strip.render_ansi.cache_clear()
    pixels, row = image.point(_ROUNDED * 3).tobytes(), 3 * image.width
    rows = [pixels[at : at + row] for at in range(0, len(pixels), row)]

    def line(y: int) -> Strip:
        return _line(rows[2 * y], rows[min(2 * y + 1, len(rows) - 1)])

    return line


def _line(upper: bytes, lower: bytes) -> Strip:
    """Join equal neighbours of two pixel rows, three bytes a pixel, into one segment."""
    cells = [(upper[at : at + 3], lower[at : at + 3]) for at in range(0, len(upper), 3)]
    segments = [
        Segment(UPPER_HALF * len(list(same)), Style.from_color(_color(above), _color(below)))
        for (above, below), same in groupby(cells)
    ]
    return Strip(segments, len(cells))


@lru_cache(maxsize=1024)
def _color(rgb: bytes) -> Color:
    return Color.from_rgb(*rgb)
