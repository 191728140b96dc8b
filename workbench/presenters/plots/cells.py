"""The map of clusters: how many failures lie in each cell, and of which cluster most are."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workbench.presenters.compare_numbers import percent
from workbench.presenters.plots.picture import Opening, Rows
from workbench.presenters.text import cut, plain
from workbench.views.cluster_map import MapPoints, cluster_map
from workbench.views.drawing import Drawing, Ink, Spot
from workbench.views.line import Line, Span, Tone
from workbench.views.plots import NO_MARK, MapPlot

SHADES = "·░▒▓█"
MOST_IDS = 200
"""Up to so many failures of a cell are listed by their ids, more by their cluster."""
NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class _Grid:
    """Failures by cell: (column, row) to its points, as places in the map, and largest cluster.

    `column`, `row` (n,) are the cell of each point; a cell is `size` characters wide.
    """

    size: int
    column: NDArray[np.int64]
    row: NDArray[np.int64]
    cells: dict[tuple[int, int], NDArray[np.int64]]
    largest: dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class MapPicture:
    """A mark is the first point of a cell, so that it stays when cells are made anew.

    Each cell says the number of its largest cluster and, by shade, how many lie in it.
    """

    plot: MapPlot
    _grids: dict[tuple[int, int], _Grid] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """What has to be known of the numbers."""
        shades = f"number = cluster, {SHADES[0]} few {SHADES[-1]} many; near = alike, no units"
        return self.plot.note or (shades if len(self.plot.query) else "")

    @property
    def marks(self) -> int:
        """How many marks there are."""
        return len(self.plot.query)

    @property
    def first(self) -> int:
        """A point of the largest cluster."""
        if not len(self.plot.query):
            return NO_MARK
        largest = Counter(self.plot.cluster.tolist()).most_common(1)[0][0]
        return int(np.argmax(self.plot.cluster == largest))

    def draw(self, cells: int, rows: int, mark: int) -> Drawing:
        """Lay the cells out."""
        width = max(1, cells - 1)
        height = max(1, rows - 1)
        grid = self._grid(cells, rows)
        here = self._cell(grid, mark)
        most = max((len(points) for points in grid.cells.values()), default=1)
        inks, spots = [], []
        for (column, row), points in grid.cells.items():
            shade = SHADES[
                round((len(SHADES) - 1) * math.log(len(points)) / math.log(max(2, most)))
            ]
            body = f"{grid.largest[column, row]:>{grid.size - 1}}{shade}"
            left = column * grid.size
            tone: Tone = "accent" if (column, row) == here else "busy" if len(points) > 1 else "dim"
            inks.append(Ink(left, row, body, tone))
            spots.append(Spot(int(points[0]), left, left + grid.size - 1, row, row))
        if here is not None:
            left = here[0] * grid.size
            inks += [Ink(max(0, left - 1), here[1], "[", "accent")]
            inks += [Ink(min(width - 1, left + grid.size), here[1], "]", "accent")]
        return Drawing(width, height, inks=tuple(inks), spots=tuple(spots))

    def moved(self, mark: int, right: int, up: int, cells: int, rows: int) -> int:
        """Return the first point of the nearest cell in a direction."""
        grid = self._grid(cells, rows)
        here = self._cell(grid, mark)
        if here is None:
            return self.first
        for _ in range(abs(right) + abs(up)):
            way = (right > 0) - (right < 0), (up > 0) - (up < 0)
            ahead = [
                (abs(x - here[0]) + abs(y - here[1]) + 2 * _aside(here, (x, y), way), x, y)
                for x, y in grid.cells
                if (x - here[0]) * way[0] + (y - here[1]) * way[1] > 0
            ]
            if not ahead:
                break
            here = min(ahead)[1:]
        return int(grid.cells[here][0])

    def told(self, mark: int, cells: int, rows: int) -> Line:
        """Say what lies in a cell."""
        points = self._points(mark, cells, rows)
        if not points.size:
            return Line(())
        parts = self._clusters(points)
        shown = "  ".join(f"cluster {c} {n}" for c, n in parts[:3])
        first = parts[0][0]
        name = cut(plain(self.plot.names.get(first, "")), NAME_CHARACTERS)
        rate = self.plot.miss_rates.get(first)
        misses = f"  {percent(rate.value)} % of its queries miss" if rate is not None else ""
        return Line(
            (
                Span(f" {len(points):,} of {len(self.plot.query):,}", "accent"),
                Span(f"  {shown}", "strong"),
                Span(f"  {name}{misses}"),
            )
        )

    def opening(self, mark: int, cells: int, rows: int) -> Opening:
        """Return the failures of a cell, or those of its largest cluster if they are many."""
        points = self._points(mark, cells, rows)
        if len(points) <= MOST_IDS:
            ids = ",".join(str(n) for n in sorted(self.plot.query[points].tolist()))
            says = f"The filter is now the {_failures(len(points))} of the cell."
            return Opening(f"id:{ids}", says=says)
        cluster = self._clusters(points)[0][0]
        return Opening(
            self.plot.filters[cluster],
            says=f"The cell has {len(points):,} failures: this is cluster {cluster}, "
            "which most of them are of.",
        )

    def table(self) -> Rows:
        """Return a row for each failure."""
        plot = self.plot
        columns = (plot.query, plot.cluster, plot.x, plot.y)
        return ("query_id", "cluster", "name", "x", "y"), [
            (query, cluster, plot.names.get(cluster, ""), x, y)
            for query, cluster, x, y in zip(*(c.tolist() for c in columns), strict=True)
        ]

    def _grid(self, cells: int, rows: int) -> _Grid:
        if (cells, rows) not in self._grids:
            self._grids.clear()
            self._grids[cells, rows] = self._made(cells, rows)
        return self._grids[cells, rows]

    def _made(self, cells: int, rows: int) -> _Grid:
        size = 1 + max((len(str(c)) for c in self.plot.names), default=1)
        columns, height = max(1, (cells - 1) // size), max(1, rows - 1)
        n = len(self.plot.query)
        points = MapPoints(np.arange(n), self.plot.cluster, self.plot.x, self.plot.y)
        counted = cluster_map(points, columns, height)
        places, largest = {}, {}
        for cell in counted.count.nonzero()[0].tolist():
            place = cell % columns, height - 1 - cell // columns
            places[place] = counted.query_id[counted.start[cell] : counted.start[cell + 1]]
            largest[place] = int(counted.number[cell])
        cell_of = np.empty(n, dtype=np.int64)
        cell_of[counted.query_id] = np.repeat(np.arange(len(counted.count)), counted.count)
        return _Grid(size, cell_of % columns, height - 1 - cell_of // columns, places, largest)

    def _cell(self, grid: _Grid, mark: int) -> tuple[int, int] | None:
        if not 0 <= mark < len(self.plot.query):
            return None
        return int(grid.column[mark]), int(grid.row[mark])

    def _points(self, mark: int, cells: int, rows: int) -> NDArray[np.int64]:
        grid = self._grid(cells, rows)
        here = self._cell(grid, mark)
        return grid.cells[here] if here is not None else np.empty(0, dtype=np.int64)

    def _clusters(self, points: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Return (cluster, points of it), the largest first."""
        counted = Counter(self.plot.cluster[points].tolist())
        return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _failures(n: int) -> str:
    return f"{n:,} failures" if n > 1 else "one failure"


def _aside(here: tuple[int, int], there: tuple[int, int], way: tuple[int, int]) -> int:
    """Return how far a cell lies beside the way from here."""
    return abs((there[0] - here[0]) * way[1]) + abs((there[1] - here[1]) * way[0])
