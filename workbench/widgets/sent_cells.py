"""What the terminal shows, cell by cell, so that only cells that change are sent.

The library sends every line of a widget that is painted anew. This stands between it and the
terminal, as curses does, and reads what it would write. A cell whose content is not known for
certain is sent; what is not understood is sent as it is, and all is unknown from then on.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.console import Console
from textual._compositor import CompositorUpdate
from textual.geometry import Region, Size

from workbench.widgets.pen import Pen
from workbench.widgets.scroll import Scroll, find_scroll
from workbench.widgets.sent_row import SentRow

_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")


class _Way(NamedTuple):
    """What is sent, the rows that change, and the columns that were painted in each."""

    sent: str
    rows: dict[int, SentRow]
    painted: dict[int, list[tuple[int, int]]]


class SentCells:
    """The cells that one terminal shows."""

    def __init__(self) -> None:
        self._rows: dict[int, SentRow] = {}
        self._size = Size()

    def forget(self, region: Region | None = None) -> None:
        """Take the cells of a region, or all, for unknown: what is painted there is sent."""
        if region is None:
            self._rows.clear()
            return
        for y in region.line_range:
            if y in self._rows:
                self._rows[y].forget(max(0, region.x), region.right)

    def changed(self, data: str, size: Size) -> str:
        """Return what is to be sent instead of what paints; it counts as sent from then on."""
        if size != self._size:  # what was painted for another size may lie anywhere
            self.forget()
            self._size = size
        before, *moves = _MOVE.split(data)
        # The library writes the end of a line before it goes on.
        pieces = [
            (int(x) - 1, int(y) - 1, painted.removesuffix("\n"))
            for y, x, painted in zip(moves[::3], moves[1::3], moves[2::3], strict=True)
        ]
        way = None if before else self._paint(pieces)
        if way is None:
            self.forget()
            return data
        scroll = find_scroll(self._rows, pieces, size.width)
        if scroll is not None and scroll.costs(self._rows, way.painted) < len(way.sent):
            other = self._paint(pieces, scroll)
            if other is not None and len(other.sent) < len(way.sent):
                way = other
        sent, rows, _ = way
        self._rows |= rows
        return sent

    def _paint(
        self, pieces: list[tuple[int, int, str]], scroll: Scroll | None = None
    ) -> _Way | None:
        """Return how pieces are sent; None if it cannot be done."""
        pen = Pen()
        rows = {} if scroll is None else scroll.moved(self._rows)
        painted: dict[int, list[tuple[int, int]]] = {}
        for x, y, piece in pieces:
            if y not in rows:
                rows[y] = self._rows[y].copy() if y in self._rows else SentRow()
            end = rows[y].paint(pen, x, y, piece)
            if end is None:
                return None
            spans = painted.setdefault(y, [])
            if any(x < right and end > left for left, right in spans):
                pen.keep_order(y)
            spans.append((x, end))
        if scroll is None:
            return _Way(pen.written(), rows, painted)
        for y in scroll.rows:
            if not rows[y].restore(pen, y, self._rows[y], painted.get(y, [])):
                return None
        return _Way(scroll.written + pen.written(), rows, painted)


class Written(CompositorUpdate):
    """An update that is written already."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render_segments(self, console: Console) -> str:
        """Return what is to be written to the terminal."""
        return self._text
