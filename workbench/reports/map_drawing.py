"""The map of the clusters as SVG shapes: how many failures lie where, and of which cluster.

Failures are counted in cells, so that a page stays small whatever their number; a circle's area is
the count of its cell. A cluster has its number of the table in its fullest cell, and a colour that
its near neighbours do not have.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from workbench.presenters.text import cut, plain
from workbench.reports.shapes import WIDTH, circle, scale, text
from workbench.views.cluster_map import ClusterMap, MapPoints, cluster_map
from workbench.views.plots import MapPlot
from workbench.views.report import Plot, Shape

HEIGHT, EDGE = 300, 12
COLUMNS, ROWS = 40, 28
COLOURS = 5
APART = 15.0
"""Units between two numbers, so that they can be read."""
NAMED = 3
"""Clusters that the description names."""


def map_plot(title: str, plot: MapPlot) -> Plot:
    """Draw where the failures of a clustering lie."""
    grid = cluster_map(MapPoints(plot.query, plot.cluster, plot.x, plot.y), COLUMNS, ROWS)
    x_at = scale(0, COLUMNS, EDGE, WIDTH - EDGE)
    y_at = scale(0, ROWS, EDGE, HEIGHT - EDGE)
    full = grid.count.nonzero()[0]
    places = np.array(
        [(x_at(cell % COLUMNS + 0.5), y_at(cell // COLUMNS + 0.5)) for cell in full]
    ).reshape(-1, 2)
    colours = _colours(grid, full, places)
    widest = min(x_at(1) - x_at(0), y_at(1) - y_at(0)) / 2
    most = max(1, int(grid.count.max(initial=1)))
    shapes = [
        circle(
            f"point s{colours[int(grid.number[cell])]}",
            x,
            y,
            max(1.3, widest * math.sqrt(grid.count[cell] / most)),
        )
        for cell, (x, y) in zip(full, places, strict=True)
    ]
    shapes += _numbers(grid, full, places)
    return Plot(title, _description(plot), WIDTH, HEIGHT, tuple(shapes))


def _colours(
    grid: ClusterMap, full: NDArray[np.int64], places: NDArray[np.float64]
) -> dict[int, int]:
    """Choose for each cluster the colour whose nearest cluster so far is farthest."""
    chosen: dict[int, int] = {}
    middles: dict[int, NDArray[np.float64]] = {}
    for number in np.unique(grid.number[full]).tolist():
        own = grid.number[full] == number
        middle = np.average(places[own], axis=0, weights=grid.count[full][own])
        away = [
            min(
                (float(np.hypot(*(middles[n] - middle))) for n, c in chosen.items() if c == colour),
                default=math.inf,
            )
            for colour in range(COLOURS)
        ]
        chosen[number], middles[number] = away.index(max(away)), middle
    return chosen


def _numbers(grid: ClusterMap, full: NDArray[np.int64], places: NDArray[np.float64]) -> list[Shape]:
    """Write each cluster's number in its fullest cell that is not too near to another number."""
    taken: list[tuple[float, float]] = []
    shapes = []
    sizes = np.bincount(grid.number[full], weights=grid.count[full])
    for number in np.argsort(-sizes, kind="stable").tolist():
        own = np.flatnonzero(grid.number[full] == number)
        for at in own[np.argsort(-grid.count[full[own]], kind="stable")].tolist():
            x, y = map(float, places[at])
            if all(math.hypot(x - other[0], y - other[1]) >= APART for other in taken):
                taken.append((x, y))
                shapes.append(text("number middle", x, y + 4, str(number)))
                break
    return shapes


def _description(plot: MapPlot) -> str:
    """Say in words what the map shows."""
    sizes = np.bincount(plot.cluster)
    largest = np.argsort(-sizes, kind="stable")[:NAMED].tolist()
    named = "; ".join(
        f"{number} {cut(plain(plot.names.get(number, '')), 40)}, {sizes[number]:,}"
        for number in largest
        if sizes[number]
    )
    return f"{len(plot.query):,} failures, near where they are alike. Largest clusters: {named}."
