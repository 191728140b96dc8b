"""What plots of a report are drawn with: SVG shapes, scales and axes.

Colours and line widths belong to the style sheet of the page; a shape only has a class. `s0`,
`s1`, ... are the series, told apart by colour and by dashes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.views.report import Shape

WIDTH, HEIGHT = 420, 270
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 12, 40
SERIES = 6


def share_axis(low: float, y_at: Callable[[float], float], high: float = 1.0) -> list[Shape]:
    """Draw a line and write the percent every .1 or .2 from a share to another."""
    step = 0.1 if high - low <= 0.5 else 0.2
    ticks = [low + step * n for n in range(round((high - low) / step) + 1)]
    return [
        shape
        for tick in ticks
        if tick <= high + 1e-9
        for shape in (
            line("grid", LEFT, y_at(tick), WIDTH - RIGHT, y_at(tick)),
            text("tick end", LEFT - 6, y_at(tick) + 4, f"{100 * tick:.0f}"),
        )
    ]


def log_axis(ticks: Sequence[tuple[float, str]]) -> list[Shape]:
    """Draw a line and write a name at each place on the horizontal axis."""
    return [
        shape
        for x, name in ticks
        for shape in (line("grid", x, TOP, x, HEIGHT - BOTTOM), _tick(x, name))
    ]


def axis_names(x_name: str, y_name: str) -> list[Shape]:
    """Write below and beside a plot what its axes are."""
    middle = (TOP + HEIGHT - BOTTOM) / 2
    turned = {"transform": f"rotate(-90 11 {number(middle)})", "x": "11", "y": number(middle)}
    return [
        text("axis middle", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x_name),
        Shape("text", "axis middle", turned, y_name),
    ]


def one_two_five(least: float, most: float) -> list[float]:
    """Return 1, 2, 5, 10, 20 ... between two numbers, or only the tens where there are many.

    >>> one_two_five(1, 25), one_two_five(0.3, 3)
    ([1.0, 2.0, 5.0, 10.0, 20.0], [0.5, 1.0, 2.0])
    """
    found = [(step, float(f"{step}e{power}")) for power in range(-6, 13) for step in (1, 2, 5)]
    within = [(step, tick) for step, tick in found if least <= tick <= most]
    return [tick for step, tick in within if len(within) <= 8 or step == 1]


def scale(low: float, high: float, first: float, last: float) -> Callable[[float], float]:
    """Return what takes numbers from `low` to `high` to places from `first` to `last`."""
    span = (high - low) or 1.0
    return lambda value: first + (value - low) / span * (last - first)


def path(points: Sequence[tuple[float, float]]) -> str:
    """Join points by lines."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    """Draw a line."""
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return Shape("line", kind, {name: number(value) for name, value in ends.items()})


def rect(kind: str, x: float, y: float, width: float, height: float) -> Shape:
    """Draw a rectangle from its upper left corner."""
    box = {"x": x, "y": y, "width": width, "height": height}
    return Shape("rect", kind, {name: number(value) for name, value in box.items()})


def circle(kind: str, x: float, y: float, radius: float) -> Shape:
    """Draw a circle around a place."""
    ring = {"cx": x, "cy": y, "r": radius}
    return Shape("circle", kind, {name: number(value) for name, value in ring.items()})


def text(kind: str, x: float, y: float, words: str) -> Shape:
    """Write words; `y` is the line that they stand on."""
    return Shape("text", kind, {"x": number(x), "y": number(y)}, words)


def number(value: float) -> str:
    """Write a place with one decimal where it has any."""
    return f"{value:.1f}".removesuffix(".0")


def _tick(x: float, name: str) -> Shape:
    """Name a place on the horizontal axis; at its end the name stays within the plot."""
    half = 3.5 * len(name)
    if x + half > WIDTH:
        return text("tick end", WIDTH - 1, HEIGHT - BOTTOM + 14, name)
    return text("tick middle", x, HEIGHT - BOTTOM + 14, name)
