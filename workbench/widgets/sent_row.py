"""What a line of the terminal shows, cell by cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len

from workbench.widgets.pen import PLAIN, Ink, Pen, ink

PLACEHOLDER = chr(0x10EEEE)
"""A cell of a picture of kitty's: painted again, it fetches the picture again."""

NEAR = 4
"""Two cells that change are sent with what is between if they are no further apart than this."""

_RUN = re.compile(r"\x1b\[([\d;]*)m([^\x1b]*)\x1b\[0m|([^\x1b]+)")
_AROUND_CODES = len("\x1b[m\x1b[0m")


@dataclass(slots=True)
class SentRow:
    """A line of the screen: the character of each cell, None if not known, and its ink.

    `pieces` are what was painted at a column, and where it ends, if its cells still show it. The
    cells of a piece of doubtful width are not known; it is only ever sent as a whole.
    """

    cells: list[str | None] = field(default_factory=list)
    inks: list[Ink] = field(default_factory=list)
    pieces: dict[int, tuple[int, str]] = field(default_factory=dict)

    def copy(self) -> SentRow:
        """Return a row that shows the same."""
        return SentRow(self.cells.copy(), self.inks.copy(), self.pieces.copy())

    def blank(self) -> SentRow:
        """Return a row as long that shows nothing."""
        return SentRow([" "] * len(self.cells), [PLAIN] * len(self.cells))

    def is_known(self, width: int) -> bool:
        """Say whether all cells are known, or of a piece of doubtful width that is shown."""
        if len(self.cells) != width:
            return False
        if None not in self.cells:
            return True
        shown = list(self.cells)
        for x, (end, _) in self.pieces.items():
            shown[x:end] = [""] * (end - x)
        return None not in shown

    def forget(self, start: int, end: int) -> None:
        """Take cells for unknown."""
        end = min(end, len(self.cells))
        self.cells[start:end] = [None] * (end - start)
        self._overpaint(start, end)

    def paint(self, pen: Pen, x: int, y: int, piece: str) -> int | None:
        """Send what a piece of the line changes; return where it ends, None if not understood."""
        if not piece:
            return x
        if x in self.pieces and self.pieces[x][1] == piece:
            return self.pieces[x][0]
        found = _read(piece)
        if found is None:
            return None
        end = x + found.width
        if found.doubtful:
            self._paint_doubtful(pen, x, y, piece, found)
            return end
        self._widen(end)
        pen.lift()
        at = x
        for text, drawn in found.runs:
            self._paint_run(pen, at, y, text, drawn)
            at += len(text)
        self._overpaint(x, end)
        self.pieces[x] = end, piece
        return end

    def restore(self, pen: Pen, y: int, row: SentRow, painted: list[tuple[int, int]]) -> bool:
        """Send what a row showed beside what was painted; say whether that is known."""
        start = 0
        for left, right in (*sorted(painted), (len(row.cells), 0)):
            if start < left:
                if None in row.cells[start:left]:
                    return False
                pen.lift()
                for drawn, cells in groupby(range(start, left), row.inks.__getitem__):
                    columns = list(cells)
                    text = "".join(row.cells[x] or "" for x in columns)
                    self._paint_run(pen, columns[0], y, text, drawn)
                self._overpaint(start, left)
            start = max(start, right)
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
                pen.write(begun, y, text[begun - x : last - x + 1], drawn)
                begun = -1
            begun, last = (begun if begun >= 0 else at), at
        if begun >= 0:
            pen.write(begun, y, text[begun - x : last - x + 1], drawn)
        cells[x:end] = text
        inks[x:end] = [drawn] * len(text)

    def _paint_doubtful(self, pen: Pen, x: int, y: int, piece: str, found: _Piece) -> None:
        """Send a whole piece that terminals differ in the width of, or shape anew.

        What is to the right of it may have been written upon, and its first character may have
        changed the one before it.
        """
        pen.write_raw(x, y, piece)
        end = x + found.width
        self._widen(end)
        self.forget(max(0, x - 1), len(self.cells))
        text = "".join(text for text, _ in found.runs)
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


class _Piece(NamedTuple):
    """Texts and their inks, the cells they take, and whether all terminals agree on that."""

    runs: tuple[tuple[str, Ink], ...]
    width: int
    doubtful: bool


@lru_cache(maxsize=128)
def _read(piece: str) -> _Piece | None:
    """Read what the library paints of a line; None if it is not understood."""
    found = _RUN.findall(piece)
    if len(piece) != sum(
        len(codes) + len(text) + _AROUND_CODES if not bare else len(bare)
        for codes, text, bare in found
    ):
        return None
    runs: list[tuple[str, Ink]] = []
    for codes, text, bare in found:
        drawn = ink(codes)
        if drawn is None:
            return None
        runs.append((text or bare, drawn))
    whole = "".join(text for text, _ in runs)
    if not whole.isprintable() and any(map(_is_control, whole)):
        return None
    if all(map(_is_narrow, set(whole))):
        return _Piece(tuple(runs), len(whole), doubtful=False)
    return _Piece(tuple(runs), sum(cell_len(text) for text, _ in runs), doubtful=True)


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
