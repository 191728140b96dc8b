"""Quality over cost as SVG shapes: a point for each run, over a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from workbench.presenters.cost_plot import cost_text, quality_text
from workbench.presenters.text import cut, width
from workbench.reports.shapes import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    axis_names,
    circle,
    log_axis,
    one_two_five,
    path,
    scale,
    share_axis,
    text,
)
from workbench.views.compare import CostPoint
from workbench.views.report import Plot, Shape

Box = tuple[float, float, float, float]
POINT = 5
NAME, CHARACTER, LINE = 28, 6.6, 14
"""Characters of a name; units of one of them and of a line."""


def cost_plot(title: str, points: Sequence[CostPoint], *, x_name: str, y_name: str) -> Plot:
    """Draw runs by what they cost and how good they are; names stand beside their points.

    A filled point is as good as no other for less; a line joins these.
    """
    logs = [math.log10(max(point.cost, 1e-9)) for point in points]
    span = max(logs) - min(logs) or 1.0
    first, last = min(logs) - 0.15 * span, max(logs) + 0.3 * span
    x_at = scale(first, last, LEFT, WIDTH - RIGHT)
    low = math.floor(10 * min(point.quality for point in points)) / 10
    high = min(1.0, math.ceil(10 * max(point.quality for point in points) + 0.2) / 10)
    y_at = scale(low, high, HEIGHT - BOTTOM, TOP)
    at = {p.run_id: (x_at(x), y_at(p.quality)) for p, x in zip(points, logs, strict=True)}
    ticks = one_two_five(10**first, 10**last)
    if len(ticks) < 2:
        ticks = sorted({point.cost for point in points})
    shapes = [
        *share_axis(low, y_at, high),
        *axis_names(x_name, y_name),
        *log_axis([(x_at(math.log10(max(tick, 1e-9))), cost_text(tick)) for tick in ticks]),
    ]
    best = sorted((at[point.run_id] for point in points if point.pareto), key=lambda one: one[0])
    if len(best) > 1:
        shapes.append(Shape("path", "front", {"d": path(best)}))
    for point in points:
        x, y = at[point.run_id]
        shapes.append(circle("point s0" if point.pareto else "point beaten", x, y, POINT))
    shapes += _names(points, at)
    return Plot(title, _description(points, x_name), WIDTH, HEIGHT, tuple(shapes))


def _names(points: Sequence[CostPoint], at: dict[int, tuple[float, float]]) -> list[Shape]:
    """Write names beside their points, where there is room: over no point and no other name."""
    taken = [(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in at.values()]
    shapes = []
    for point in sorted(points, key=lambda one: not one.pareto):
        name = cut(f"{point.run_id} {point.name}", NAME)
        for box in _places(*at[point.run_id], CHARACTER * width(name)):
            if box[0] >= LEFT and box[2] <= WIDTH and not any(_meet(box, one) for one in taken):
                taken.append(box)
                shapes.append(text("name", box[0], box[3] - 3, name))
                break
    return shapes


def _places(x: float, y: float, length: float) -> Iterator[Box]:
    """Yield boxes for a name beside a point, best first."""
    for off in (0, -LINE, LINE, -2 * LINE, 2 * LINE):
        for left in (x + 2 * POINT, x - 2 * POINT - length):
            yield left, y + off - LINE / 2, left + length, y + off + LINE / 2


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _description(points: Sequence[CostPoint], x_name: str) -> str:
    told = "; ".join(
        f"run {point.run_id} {point.name}: {quality_text(point.quality)} % for "
        f"{cost_text(point.cost)}{' (nothing better for less)' if point.pareto else ''}"
        for point in points
    )
    return f"Quality over {x_name}, logarithmic. {told}."
