"""Where the labels of a cost-quality plot go: beside their points, over nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.presenters.text import cut, width
from workbench.views.compare import CostPoint

LABEL_CELLS = 20


@dataclass(frozen=True, slots=True)
class Placed:
    """A point in cells from the lower left, with its label and where that begins."""

    x: int
    y: int
    label: str
    label_x: int
    label_y: int
    pareto: bool
    run_id: int = 0


@dataclass(frozen=True, slots=True)
class Plotted:
    """Points in a box of cells; ticks are (cell, text). The horizontal axis is logarithmic."""

    points: tuple[Placed, ...]
    x_ticks: tuple[tuple[int, str], ...]
    y_ticks: tuple[tuple[int, str], ...]


def plotted(points: Sequence[CostPoint], cells: int, rows: int) -> Plotted:
    """Place points and labels in a box of cells."""
    logs = [math.log10(max(point.cost, 1e-9)) for point in points]
    qualities = [point.quality for point in points]
    margin = LABEL_CELLS if cells >= 3 * LABEL_CELLS else cells // 4
    x_of = _scale(min(logs), max(logs), 2, cells - 1 - margin)
    y_of = _scale(min(qualities), max(qualities), 1, rows - 2)
    at = [(x_of(x), y_of(y)) for x, y in zip(logs, qualities, strict=True)]
    taken = {(x, y) for x, y in at}
    placed = []
    for point, (x, y) in sorted(zip(points, at, strict=True), key=lambda one: not one[0].pareto):
        label = cut(f"{point.run_id} {point.name}", margin - 2)
        for left, row in _places(x, y, width(label)):
            cells_of = {(column, row) for column in range(left - 1, left + width(label) + 1)}
            inside = 0 <= row < rows and left >= 0 and left + width(label) <= cells
            if inside and not cells_of & taken:
                break
        else:
            label, left, row, cells_of = "", x, y, set()
        taken |= cells_of
        placed.append(Placed(x, y, label, left, row, point.pareto, point.run_id))
    return Plotted(
        tuple(placed),
        _ticks([(x, point.cost) for (x, _), point in zip(at, points, strict=True)], 8, cost_text),
        _ticks([(y, p.quality) for (_, y), p in zip(at, points, strict=True)], 2, quality_text),
    )


def cost_text(cost: float) -> str:
    """Write a cost shortly: 0.4, 14.8, 151M."""
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if cost >= limit:
            return f"{cost / (1e3 if letter == 'k' else limit):.3g}{letter}"
    return f"{cost:.3g}"


def quality_text(quality: float) -> str:
    """Write a share in percent."""
    return f"{100 * quality:.1f}"


def _places(x: int, y: int, length: int) -> list[tuple[int, int]]:
    """Return where a label may begin, best first."""
    near = [(x + 2, y), (x - length - 1, y)]
    for step in (1, 2, 3):
        near += [(x + 2, y + step), (x + 2, y - step), (x - length - 1, y + step)]
    return near


def _scale(low: float, high: float, first: int, last: int) -> Callable[[float], int]:
    span = (high - low) or 1.0
    start = first if high > low else (first + last) // 2
    return lambda value: round(start + (value - low) / span * max(1, last - first))


def _ticks(
    values: Sequence[tuple[int, float]], apart: int, write: Callable[[float], str]
) -> tuple[tuple[int, str], ...]:
    """Name the values of points, as far as their names stand apart."""
    ticks: list[tuple[int, str]] = []
    for cell, value in sorted(values):
        if not ticks or cell - ticks[-1][0] >= apart:
            ticks.append((cell, write(value)))
    return tuple(ticks)
