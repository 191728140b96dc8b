"""What the terminal shows, cell by cell, so that only cells that change are sent.

The library sends every line of a widget that is painted anew. This stands between it and the
terminal, as curses does, and reads what it would write. A cell whose content is not known for
certain is sent; what is not understood is sent as it is, and all is unknown from then on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from rich.cells import cell_len
from rich.console import Console
from textual._compositor import CompositorUpdate
from textual.geometry import Region, Size

from workbench.widgets.pen import PLAIN, Ink, Pen, ink

PLACEHOLDER = chr(0x10EEEE)
"""A cell of a picture of kitty's: painted again, it fetches the picture again."""

NEAR = 4
"""Two cells that change are sent with what is between if they are no further apart than this."""

_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
_RUN = re.compile(r"\x1b\[([\d;]*)m([^\x1b]*)\x1b\[0m|([^\x1b]+)")
_AROUND_CODES = len("\x1b[m\x1b[0m")


class SentCells:
    """The cells that one terminal shows."""

    def __init__(self) -> None:
        self._rows: dict[int, _Row] = {}
        self._size = Size()

    def forget(self, region: Region | None = None) -> None:
        """Take the cells of a region, or all, for unknown: what is painted there is sent."""
        if region is None:
            self._rows.clear()
            return
        for y in region.line_range:
            if y in self._rows:
                self._rows[y].forget(max(0, region.x), region.right)

    def changes(self, update: CompositorUpdate, size: Size) -> CompositorUpdate:
        """Return an update that sends what changes by an update of a screen of a size.

        They are compared when it is rendered, which the library may not do.
        """

        def render(console: Console) -> str:
            if size != self._size:  # what was painted for another size may lie anywhere
                self.forget()
                self._size = size
            return self.changed(update.render_segments(console))

        return _Rendered(render)

    def changed(self, data: str) -> str:
        """Return what is to be sent instead of what paints; it counts as sent from then on."""
        pen = Pen()
        before, *moves = _MOVE.split(data)
        understood = not before
        for y, x, painted in zip(moves[::3], moves[1::3], moves[2::3], strict=True):
            row = self._rows.setdefault(int(y) - 1, _Row())
            piece = painted.removesuffix("\n")  # the library writes one before it goes on
            understood = understood and row.paint(pen, int(x) - 1, int(y) - 1, piece)
        if understood:
            return pen.written()
        self.forget()
        return data


class _Rendered(CompositorUpdate):
    """An update that is rendered by a function."""

    def __init__(self, render: Callable[[Console], str]) -> None:
        self._render = render

    def render_segments(self, console: Console) -> str:
        """Return what is to be written to the terminal."""
        return self._render(console)


@dataclass(slots=True)
class _Row:
    """A line of the screen: the character of each cell, None if not known, and its ink.

    `pieces` are what was painted at a column, and where it ends, if its cells still show it. The
    cells of a piece of doubtful width are not known; it is only ever sent as a whole.
    """

    cells: list[str | None] = field(default_factory=list)
    inks: list[Ink] = field(default_factory=list)
    pieces: dict[int, tuple[int, str]] = field(default_factory=dict)

    def forget(self, start: int, end: int) -> None:
        """Take cells for unknown."""
        end = min(end, len(self.cells))
        self.cells[start:end] = [None] * (end - start)
        self._overpaint(start, end)

    def paint(self, pen: Pen, x: int, y: int, piece: str) -> bool:
        """Send what a piece of the line changes; say whether it was understood."""
        if not piece or (x in self.pieces and self.pieces[x][1] == piece):
            return True
        found = _RUN.findall(piece)
        if len(piece) != sum(
            len(codes) + len(text) + _AROUND_CODES if not bare else len(bare)
            for codes, text, bare in found
        ):
            return False
        runs = [(text or bare, ink(codes)) for codes, text, bare in found]
        whole = "".join(text for text, _ in runs)
        if not whole.isprintable() and any(map(_is_control, whole)):
            return False
        if not all(map(_is_narrow, set(whole))):
            width = sum(cell_len(text) for text, _ in runs)
            self._paint_doubtful(pen, x, y, piece, whole, x + width)
            return True
        end = x + len(whole)
        self._widen(end)
        pen.lift()
        at = x
        for text, drawn in runs:
            if drawn is None:
                return False
            self._paint_run(pen, at, y, text, drawn)
            at += len(text)
        self._overpaint(x, end)
        self.pieces[x] = end, piece
        return True

    def _paint_run(self, pen: Pen, x: int, y: int, text: str, drawn: Ink) -> None:
        """Send the cells of a text in one ink that are not what the terminal shows."""
        cells, inks, end = self.cells, self.inks, x + len(text)
        if cells[x:end] == list(text) and inks[x:end] == [drawn] * len(text):
            return
        unseen = drawn.unseen
        begun = last = -1
        for at, character in enumerate(text, x):
            had = inks[at]
            if cells[at] == character and (
                had == drawn
                or (character == " " and unseen and had.unseen and had.back == drawn.back)
            ):
                continue
            if begun >= 0 and at - last > NEAR:
                pen.go(begun, y)
                pen.write(text[begun - x : last - x + 1], drawn)
                begun = -1
            begun, last = (begun if begun >= 0 else at), at
        if begun >= 0:
            pen.go(begun, y)
            pen.write(text[begun - x : last - x + 1], drawn)
        cells[x:end] = text
        inks[x:end] = [drawn] * len(text)

    def _paint_doubtful(self, pen: Pen, x: int, y: int, piece: str, text: str, end: int) -> None:
        """Send a whole piece that terminals differ in the width of, or shape anew.

        What is to the right of it may have been written upon, and its first character may have
        changed the one before it.
        """
        pen.go(x, y)
        pen.write_raw(piece)
        self.forget(max(0, x - 1), len(self.cells))
        if PLACEHOLDER not in text and cell_len(text[0]):
            self.pieces[x] = end, piece

    def _widen(self, width: int) -> None:
        if (more := width - len(self.cells)) > 0:
            self.cells += [None] * more
            self.inks += [PLAIN] * more

    def _overpaint(self, start: int, end: int) -> None:
        """Forget the pieces that have a cell among these."""
        for x, (right, _) in tuple(self.pieces.items()):
            if x < end and right > start:
                del self.pieces[x]


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


@lru_cache(maxsize=1024)
def _is_narrow(character: str) -> bool:
    """Say whether all terminals give a character one cell, whatever stands beside it."""
    code = ord(character)
    return character.isascii() or (
        (code < 0x0590 or 0x1E00 <= code < 0x2E80)
        and cell_len(character) == 1
        and unicodedata.category(character) not in ("Zl", "Zp")
        and unicodedata.category(character)[0] not in "MC"
        and unicodedata.east_asian_width(character) not in "WF"
    )
