"""The map of the failures: a cell is two signs, its cluster and how many lie there."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from workbench.presenters.cluster_detail import SHADES
from workbench.views.cluster_map import ClusterMap, MapPoints, cluster_map
from workbench.views.line import Tone
from workbench.widgets.tones import STYLES

SIGNS = string.digits + string.ascii_lowercase
"""One for each of the first clusters; the others share a sign."""
CELL = 2


class MapPane(Widget):
    """Draws `ClusterMap`; the cursor stands on a cell that is not empty.

    The cluster under the list's cursor is drawn stronger, the others in the tone of their lift.
    """

    DEFAULT_CSS = """
    MapPane { height: 1fr; width: 1fr; text-wrap: nowrap; text-overflow: clip; }
    """

    @dataclass
    class Moved(Message):
        """The cursor came to a cell: of which cluster most of its cases are."""

        number: int

    @dataclass
    class Entered(Message):
        """The mouse has put the cursor here."""

    @dataclass
    class Opened(Message):
        """A cell was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.active = False
        self._points: MapPoints | None = None
        self._tones: Mapping[int, Tone] = {}
        self._current = -1
        self._cell = -1
        self._map: ClusterMap | None = None

    def show(self, points: MapPoints, tones: Mapping[int, Tone]) -> None:
        """Show other points, each cluster in a tone."""
        self._points, self._tones = points, tones
        self.on_resize()

    def mark(self, number: int) -> None:
        """Draw one cluster stronger."""
        if number != self._current:
            before, self._current = self._current, number
            self._repaint(self._cells_of(before) + self._cells_of(number))

    def activate(self, active: bool) -> None:
        """Show the cursor, on the fullest cell of the marked cluster, or hide it."""
        self.active = active
        if active and self._map is not None and not self._is_of(self._cell, self._current):
            self._cell = self._fullest(self._current)
        self._repaint([self._cell])

    def step(self, count: int) -> None:
        """Go down, or up."""
        for _ in range(min(abs(count), self.size.height)):
            self.move(0, 1 if count > 0 else -1)

    def move(self, across: int, down: int) -> None:
        """Go to the nearest cell that is not empty in a direction."""
        grid = self._map
        if grid is None or self._cell < 0:
            return
        y, x = divmod(self._cell, grid.columns)

        def away(cell: int) -> float:
            to_y, to_x = divmod(cell, grid.columns)
            along = (to_x - x) * across + (to_y - y) * down
            aside = abs((to_x - x) * down) + abs((to_y - y) * across)
            return along + 2 * aside if along > 0 else math.inf

        best = min(grid.count.nonzero()[0].tolist(), key=away, default=self._cell)
        if away(best) < math.inf:
            self._go(best)

    @property
    def members(self) -> list[int]:
        """The queries in the cell under the cursor."""
        return self._map.members(self._cell) if self._map is not None and self._cell >= 0 else []

    @property
    def grid(self) -> ClusterMap | None:
        """What is drawn."""
        return self._map

    def on_resize(self) -> None:
        """Count the points in the cells that there are now."""
        columns, rows = self.size.width // CELL, self.size.height
        self._map = None
        if self._points is not None and columns > 0 and rows > 0:
            self._map = cluster_map(self._points, columns, rows)
            self._cell = self._fullest(self._current)
        self.refresh()

    async def on_click(self, event: events.Click) -> None:
        """Put the cursor on the cell that was clicked; a second click opens it."""
        grid = self._map
        if grid is None or event.x // CELL >= grid.columns or event.y >= grid.rows:
            return
        cell = event.y * grid.columns + event.x // CELL
        if not grid.count[cell]:
            return
        if event.chain > 1:
            self.post_message(self.Opened())
        self.post_message(self.Entered())
        self._go(cell)

    def render(self) -> Content:
        """Draw the cells."""
        grid = self._map
        if grid is None:
            return Content("")
        most = math.log(max(2, int(grid.count.max(initial=1))))
        count, number = grid.count.tolist(), grid.number.tolist()
        lines = []
        for row in range(grid.rows):
            parts = []
            for cell in range(row * grid.columns, (row + 1) * grid.columns):
                if not count[cell]:
                    parts.append((" " * CELL, ""))
                    continue
                shade = SHADES[round((len(SHADES) - 1) * math.log(count[cell]) / most)]
                parts.append((f"{sign(number[cell])}{shade}", self._style(cell, number[cell])))
            lines.append(Content.assemble(*parts))
        return Content("\n").join(lines)

    def _style(self, cell: int, number: int) -> str:
        if self.active and cell == self._cell:
            return "reverse bold"
        if number == self._current:
            return STYLES["accent"]
        return STYLES[self._tones.get(number, "")]

    def _cells_of(self, number: int) -> list[int]:
        return [] if self._map is None else (self._map.number == number).nonzero()[0].tolist()

    def _repaint(self, cells: list[int]) -> None:
        """Draw some cells again: over a slow line the others cost too much."""
        if self._map is not None and self._map.columns:
            places = (divmod(cell, self._map.columns) for cell in cells if cell >= 0)
            if regions := [Region(x * CELL, y, CELL, 1) for y, x in places]:
                self.refresh(*regions)

    def _go(self, cell: int) -> None:
        before, self._cell = self._cell, cell
        self._repaint([before, cell])
        if self._map is not None:
            self.post_message(self.Moved(int(self._map.number[cell])))

    def _is_of(self, cell: int, number: int) -> bool:
        return self._map is not None and cell >= 0 and self._map.number[cell] == number

    def _fullest(self, number: int) -> int:
        """Return the cell with most cases of a cluster, else the fullest of all."""
        grid = self._map
        if grid is None or not grid.count.any():
            return -1
        own = grid.count * (grid.number == number)
        return int((own if own.any() else grid.count).argmax())


def sign(number: int) -> str:
    """Return the sign of a cluster on the map."""
    return SIGNS[number] if 0 <= number < len(SIGNS) else "#"
