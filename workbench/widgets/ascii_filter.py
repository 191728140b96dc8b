"""`--ascii`: replaces what is not ASCII, cell by cell, in everything that is painted."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

RAMP = " .:-=+*#%@"
"""Dark to bright, or empty to full."""

_BLOCKS = {
    **dict.fromkeys("─━═╌┄┈╴╶╸╺╼╾", "-"),
    **dict.fromkeys("│┃║╎┆┊╵╷╹╻", "|"),
    **dict(zip("▁▂▃▄▅▆▇█", "_.:-=+*#", strict=True)),
    **dict(zip("▏▎▍▌▋▊▉", ".:|-=+*", strict=True)),
    **dict(zip("░▒▓", ".:%", strict=True)),
    **dict.fromkeys("▔▀", '"'),
    **dict.fromkeys("▐▕", "|"),
    **dict(zip("▖▗▘▝▚▞▙▛▜▟", "..''\\/####", strict=True)),
    **dict.fromkeys("■●▪◆◼⬤", "#"),
    **dict.fromkeys("□○▫◇◻", "o"),
    **dict.fromkeys("•·∙", "."),
    **dict.fromkeys("→▶▸►\u203a", ">"),
    **dict.fromkeys("←◀◂◄\u2039", "<"),
    **dict.fromkeys("↑▲▴", "^"),
    **dict.fromkeys("↓▼▾", "v"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
    **{"\xd7": "x", "\xb1": "+", "≤": "<", "≥": ">", "…": "."},
    **{"✓": "v", "✔": "v", "✗": "x", "✘": "x"},
}


class AsciiFilter(LineFilter):
    """Leaves the cells where they are; control sequences are not text and stay as they are."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(_in_ascii(segment.text, segment.style), segment.style)
            for segment in segments
        ]


def _in_ascii(text: str, style: Style | None) -> str:
    """Return a text with as many cells; half blocks of pictures become their brightness."""
    if set(text) == {"▀"} and style is not None and (bright := _brightness(style)) is not None:
        return RAMP[round(bright * (len(RAMP) - 1))] * len(text)
    return "".join(character if character.isascii() else _cell(character) for character in text)


def _brightness(style: Style) -> float | None:
    """Return the mean luma of a cell's two colours in [0, 1] (ITU-R BT.601); None without both."""
    if style.color is None or style.bgcolor is None or style.color.is_default:
        return None
    if style.bgcolor.is_default:
        return None
    two = (style.color.get_truecolor(), style.bgcolor.get_truecolor())
    return sum(0.299 * r + 0.587 * g + 0.114 * b for r, g, b in two) / (2 * 255)


@lru_cache(4096)
def _cell(character: str) -> str:
    if character in _BLOCKS:
        return _BLOCKS[character]
    code = ord(character)
    if 0x2500 <= code <= 0x257F:
        return "+"
    if 0x2800 <= code <= 0x28FF:  # braille: one bit a dot
        return RAMP[min(len(RAMP) - 1, (code - 0x2800).bit_count() + 1)] if code > 0x2800 else " "
    cells = cell_len(character)
    letters = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return (letters or "?" * cells)[:cells].ljust(cells)
