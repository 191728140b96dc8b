"""Shares as SVG shapes: curves over a logarithmic axis, columns side by side, bars in tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.presenters.text import cut
from workbench.reports.shapes import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    SERIES,
    TOP,
    WIDTH,
    axis_names,
    line,
    log_axis,
    one_two_five,
    path,
    rect,
    scale,
    share_axis,
    text,
)
from workbench.views.report import Bar, Plot, Scale, Shape

LEGEND = 28
"""Characters of a name in a legend."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A series of (x, share, low, high); limits are None where there are none."""

    name: str
    points: tuple[tuple[float, float, float | None, float | None], ...]


def curve_plot(
    title: str, description: str, curves: Sequence[Curve], *, x_name: str, y_name: str
) -> Plot:
    """Draw shares over a logarithmic axis with their intervals as bands."""
    points = [point for curve in curves for point in curve.points]
    right = max((x for x, *_ in points), default=1)
    lowest = min((low if low is not None else y for _, y, low, _ in points), default=0)
    bottom = math.floor(10 * lowest) / 10 if lowest < 1 else 0.0
    x_at = scale(0.0, math.log10(max(right, 2)), LEFT, WIDTH - RIGHT)
    y_at = scale(bottom, 1.0, HEIGHT - BOTTOM, TOP)
    ticks = [(x_at(math.log10(tick)), f"{tick:,.0f}") for tick in one_two_five(1, right)]
    shapes = [*share_axis(bottom, y_at), *axis_names(x_name, y_name), *log_axis(ticks)]
    for at, curve in enumerate(curves):
        placed = [
            (x_at(math.log10(x)), y_at(y), None if low is None else y_at(low),
             None if high is None else y_at(high))
            for x, y, low, high in curve.points
        ]  # fmt: skip
        upper = [(x, high) for x, _, _, high in placed if high is not None]
        lower = [(x, low) for x, _, low, _ in placed if low is not None]
        if upper and lower:
            shapes.append(
                Shape("path", f"band s{at % SERIES}", {"d": path([*upper, *lower[::-1]]) + "Z"})
            )
        shapes.append(
            Shape("path", f"curve s{at % SERIES}", {"d": path([(x, y) for x, y, *_ in placed])})
        )
    names = [curve.name for curve in curves]
    shapes += _legend(names, HEIGHT - BOTTOM - 8 - 16 * (len(names) - 1), boxes=False)
    return Plot(title, description, WIDTH, HEIGHT, tuple(shapes))


def column_plot(
    title: str,
    description: str,
    bands: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    x_name: str,
    y_name: str,
) -> Plot:
    """Draw shares by band, the series side by side within each."""
    top = max((value for _, values in series for value in values), default=0.0)
    top = max(0.1, math.ceil(10 * top) / 10)
    y_at = scale(0.0, top, HEIGHT - BOTTOM, TOP)
    shapes = [*share_axis(0.0, y_at, top), *axis_names(x_name, y_name)]
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(bands))
    column = 0.8 * slot / max(1, len(series))
    for at, band in enumerate(bands):
        middle = LEFT + slot * (at + 0.5)
        shapes.append(text("tick middle", middle, HEIGHT - BOTTOM + 14, band))
        for n, (_, values) in enumerate(series):
            x, y = LEFT + slot * (at + 0.1) + column * n, y_at(values[at])
            shapes.append(rect(f"bar s{n % SERIES}", x, y, column, HEIGHT - BOTTOM - y))
    shapes += _legend([name for name, _ in series], TOP + 12, boxes=True)
    return Plot(title, description, WIDTH, HEIGHT, tuple(shapes))


def bar_shapes(bar: Bar, extent: Scale) -> tuple[Shape, ...]:
    """Draw a number from zero and its interval in a box of 100 x 12."""
    at = scale(extent.low, extent.high, 0, 100)

    def held(value: float) -> float:
        return min(100.0, max(0.0, at(value)))

    start = held(0.0)
    left, right = sorted((start, held(bar.value)))
    shapes = [
        rect("track", 0, 0, 100, 12),
        rect("bar s0", left, 2, max(0.6, right - left), 8),
    ]
    if bar.low is not None and bar.high is not None:
        shapes.append(line("limits", held(bar.low), 6, held(bar.high), 6))
    if extent.mark is not None:
        shapes.append(line("mark", held(extent.mark), 0, held(extent.mark), 12))
    return tuple(shapes)


def _legend(names: Sequence[str], y: float, *, boxes: bool) -> list[Shape]:
    """Name the series at the right edge from `y` downwards; a single one needs no name."""
    if len(names) < 2:
        return []
    right = WIDTH - RIGHT - 6
    shapes = []
    for at, name in enumerate(names):
        below = y + 16 * at
        shapes.append(
            rect(f"bar s{at % SERIES}", right - 12, below - 10, 12, 12)
            if boxes
            else line(f"curve s{at % SERIES}", right - 22, below - 4, right, below - 4)
        )
        shapes.append(text("legend end", right - (18 if boxes else 28), below, cut(name, LEGEND)))
    return shapes
