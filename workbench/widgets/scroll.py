"""Lines of the screen that move as they are: the terminal moves them, so they need not be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import ne

from workbench.widgets.sent_row import SentRow

FEW = 3
"""What paints fewer lines than this moves none."""


@dataclass(frozen=True, slots=True)
class Scroll:
    """Whole lines that move up by `by`, down if it is negative; blank ones come in."""

    top: int
    bottom: int
    by: int

    @property
    def rows(self) -> range:
        """The lines, the last included."""
        return range(self.top, self.bottom + 1)

    @property
    def written(self) -> str:
        """What makes a plain terminal move them: a region, and a step beyond its end.

        So did the VT100; what other terminals call scrolling, not all understand.
        """
        end, step = (self.bottom, "\n" * self.by) if self.by > 0 else (self.top, "\x1bM" * -self.by)
        return f"\x1b[{self.top + 1};{self.bottom + 1}r\x1b[{end + 1}H{step}\x1b[r"

    def costs(
        self, rows: dict[int, SentRow], painted: Mapping[int, Sequence[tuple[int, int]]]
    ) -> int:
        """Return how many cells beside what is painted are moved away and to be sent again.

        It takes at least as many bytes: counting them is much less work than writing them.
        """
        cells = 0
        for y in self.rows:
            row, below = rows[y].cells, rows[y + self.by].cells if y + self.by in self.rows else []
            start = 0
            for left, right in (*sorted(painted.get(y, ())), (len(row), 0)):
                if start < left:
                    there = below[start:left] or [" "] * (left - start)
                    cells += sum(map(ne, row[start:left], there))
                start = max(start, right)
        return cells

    def moved(self, rows: dict[int, SentRow]) -> dict[int, SentRow]:
        """Return what the lines show then."""
        return {
            y: rows[y + self.by].copy() if y + self.by in self.rows else rows[y].blank()
            for y in self.rows
        }


def find_scroll(
    rows: dict[int, SentRow], pieces: Sequence[tuple[int, int, str]], width: int
) -> Scroll | None:
    """Return the move of lines that most of what is painted took part in, if there is one.

    Lines with a cell that is not known, as under a picture, are not moved.
    """
    if len(pieces) < FEW:
        return None
    stood: dict[tuple[int, str], int | None] = {}
    for y, row in rows.items():
        for x, (_, piece) in row.pieces.items():
            stood[x, piece] = None if (x, piece) in stood else y
    moves: dict[int, list[int]] = {}
    for x, y, piece in pieces:
        was = stood.get((x, piece))
        if was is not None and was != y:
            moves.setdefault(was - y, []).append(y)
    by, moved = max(moves.items(), key=lambda move: len(move[1]), default=(0, []))
    if len(moved) < 2:
        return None
    scroll = Scroll(min(moved) + min(0, by), max(moved) + max(0, by), by)
    known = all(y in rows and rows[y].is_known(width) for y in scroll.rows)
    return scroll if known else None
