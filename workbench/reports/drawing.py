"""Plots as SVG shapes: curves over a logarithmic axis, and columns side by side.

Colours and line widths belong to the style sheet of the page; a shape only has a class. `s0`,
`s1`, ... are the series, told apart by colour and by dashes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.presenters.text import cut
from workbench.views.report import Bar, Plot, Scale, Shape

WIDTH, HEIGHT = 420, 270
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 12, 40
SERIES = 6
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
    x_at = _scale(0.0, math.log10(max(right, 2)), LEFT, WIDTH - RIGHT)
    y_at = _scale(bottom, 1.0, HEIGHT - BOTTOM, TOP)
    shapes = [*_share_axis(bottom, y_at), *_names(x_name, y_name)]
    shapes += [
        shape
        for tick in _one_two_five(right)
        for shape in (
            _line("grid", x_at(math.log10(tick)), TOP, x_at(math.log10(tick)), HEIGHT - BOTTOM),
            _tick(x_at(math.log10(tick)), f"{tick:,}"),
        )
    ]
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
                Shape("path", f"band s{at % SERIES}", {"d": _path([*upper, *lower[::-1]]) + "Z"})
            )
        shapes.append(
            Shape("path", f"curve s{at % SERIES}", {"d": _path([(x, y) for x, y, *_ in placed])})
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
    y_at = _scale(0.0, top, HEIGHT - BOTTOM, TOP)
    shapes = [*_share_axis(0.0, y_at, top), *_names(x_name, y_name)]
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(bands))
    column = 0.8 * slot / max(1, len(series))
    for at, band in enumerate(bands):
        middle = LEFT + slot * (at + 0.5)
        shapes.append(_text("tick middle", middle, HEIGHT - BOTTOM + 14, band))
        for number, (_, values) in enumerate(series):
            x, y = LEFT + slot * (at + 0.1) + column * number, y_at(values[at])
            shapes.append(_rect(f"bar s{number % SERIES}", x, y, column, HEIGHT - BOTTOM - y))
    shapes += _legend([name for name, _ in series], TOP + 12, boxes=True)
    return Plot(title, description, WIDTH, HEIGHT, tuple(shapes))


def bar_shapes(bar: Bar, scale: Scale) -> tuple[Shape, ...]:
    """Draw a number from zero and its interval in a box of 100 x 12."""
    at = _scale(scale.low, scale.high, 0, 100)

    def held(value: float) -> float:
        return min(100.0, max(0.0, at(value)))

    start = held(0.0)
    left, right = sorted((start, held(bar.value)))
    shapes = [
        _rect("track", 0, 0, 100, 12),
        _rect("bar s0", left, 2, max(0.6, right - left), 8),
    ]
    if bar.low is not None and bar.high is not None:
        shapes.append(_line("limits", held(bar.low), 6, held(bar.high), 6))
    if scale.mark is not None:
        shapes.append(_line("mark", held(scale.mark), 0, held(scale.mark), 12))
    return tuple(shapes)


def _tick(x: float, text: str) -> Shape:
    """Name a place on the horizontal axis; at its end the name stays within the plot."""
    half = 3.5 * len(text)
    if x + half > WIDTH:
        return _text("tick end", WIDTH - 1, HEIGHT - BOTTOM + 14, text)
    return _text("tick middle", x, HEIGHT - BOTTOM + 14, text)


def _share_axis(low: float, y_at: Callable[[float], float], high: float = 1.0) -> list[Shape]:
    step = 0.1 if high - low <= 0.5 else 0.2
    ticks = [low + step * n for n in range(round((high - low) / step) + 1)]
    return [
        shape
        for tick in ticks
        if tick <= high + 1e-9
        for shape in (
            _line("grid", LEFT, y_at(tick), WIDTH - RIGHT, y_at(tick)),
            _text("tick end", LEFT - 6, y_at(tick) + 4, f"{100 * tick:.0f}"),
        )
    ]


def _names(x_name: str, y_name: str) -> list[Shape]:
    middle = (TOP + HEIGHT - BOTTOM) / 2
    turned = {"transform": f"rotate(-90 11 {_n(middle)})", "x": "11", "y": _n(middle)}
    return [
        _text("axis middle", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x_name),
        Shape("text", "axis middle", turned, y_name),
    ]


def _legend(names: Sequence[str], y: float, *, boxes: bool) -> list[Shape]:
    """Name the series at the right edge from `y` downwards; a single one needs no name."""
    if len(names) < 2:
        return []
    right = WIDTH - RIGHT - 6
    shapes = []
    for at, name in enumerate(names):
        line = y + 16 * at
        shapes.append(
            _rect(f"bar s{at % SERIES}", right - 12, line - 10, 12, 12)
            if boxes
            else _line(f"curve s{at % SERIES}", right - 22, line - 4, right, line - 4)
        )
        shapes.append(_text("legend end", right - (18 if boxes else 28), line, cut(name, LEGEND)))
    return shapes


def _one_two_five(most: float) -> list[int]:
    """Return 1, 2, 5, 10, 20 ... up to a number, every other one where there are many."""
    ticks = [step * 10**power for power in range(7) for step in (1, 2, 5)]
    ticks = [tick for tick in ticks if tick <= most]
    return ticks if len(ticks) <= 8 else [tick for tick in ticks if str(tick)[0] == "1"]


def _scale(low: float, high: float, first: float, last: float) -> Callable[[float], float]:
    span = (high - low) or 1.0
    return lambda value: first + (value - low) / span * (last - first)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    return Shape("line", kind, {"x1": _n(x1), "y1": _n(y1), "x2": _n(x2), "y2": _n(y2)})


def _rect(kind: str, x: float, y: float, width: float, height: float) -> Shape:
    box = {"x": x, "y": y, "width": width, "height": height}
    return Shape("rect", kind, {name: _n(value) for name, value in box.items()})


def _text(kind: str, x: float, y: float, text: str) -> Shape:
    return Shape("text", kind, {"x": _n(x), "y": _n(y)}, text)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
