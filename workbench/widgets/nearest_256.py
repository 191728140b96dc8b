"""Rounds colours to the palette of 256 by distance.

Rich rounds by hue: a dark grey with a touch of blue becomes navy, and photographs lose their greys.
Plain ssh carries no COLORTERM, so this palette is what most sessions on far machines have.
"""

from __future__ import annotations

from functools import lru_cache

import rich.color
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

CUBE = (0, 95, 135, 175, 215, 255)
"""Levels of a channel in the cube of 216 colours; 24 greys follow: 8, 18, .. 238."""

HUE = 32
"""Channels that differ by this much are seen as a colour."""


class Nearest256(LineFilter):
    """Gives every 24-bit colour its nearest of the palette; the terminal's own sixteen stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Round the colours of a line."""
        return [
            Segment(text, style and _rounded(style), control) for text, style, control in segments
        ]


@lru_cache(maxsize=2048)
def _rounded(style: Style) -> Style:
    pair = [_nearest(one) for one in (style.color, style.bgcolor)]
    return style + Style.from_color(*pair)


def _nearest(colour: rich.color.Color | None) -> rich.color.Color | None:
    if colour is None or colour.triplet is None:
        return colour
    return rich.color.Color.from_ansi(nearest(*colour.triplet))


@lru_cache(maxsize=2048)
def nearest(red: int, green: int, blue: int) -> int:
    """Return the number (16 to 255) of the colour with the smallest squared distance.

    What has a hue keeps one: the chips of dark themes would be grey otherwise.
    """
    wanted = (red, green, blue)
    levels = [min(range(6), key=lambda n: abs(CUBE[n] - channel)) for channel in wanted]
    in_cube = 16 + 36 * levels[0] + 6 * levels[1] + levels[2]
    if max(wanted) - min(wanted) >= HUE:
        return in_cube
    grey = min(23, max(0, round((sum(wanted) / 3 - 8) / 10)))
    far = sum((CUBE[n] - one) ** 2 for n, one in zip(levels, wanted, strict=True))
    return in_cube if far <= sum((8 + 10 * grey - one) ** 2 for one in wanted) else 232 + grey
