"""A plot laid out in character cells, from the lower left; a widget only has to paint it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.line import Tone


@dataclass(frozen=True, slots=True)
class Ink:
    """A text that begins in a cell."""

    x: int
    y: int
    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, finer than cells."""

    points: tuple[tuple[float, float], ...]
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """The cells of a mark, for the mouse: from `left` to `right`, `bottom` to `top`."""

    mark: int
    left: int
    right: int
    bottom: int
    top: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A canvas of `cells` times `rows` right of and above its axes.

    The names of `y_ticks` are equally long; of `x_ticks`, those that overlap were left out.
    """

    cells: int
    rows: int
    strokes: tuple[Stroke, ...] = ()
    inks: tuple[Ink, ...] = ()
    x_ticks: tuple[tuple[int, str], ...] = ()
    y_ticks: tuple[tuple[int, str], ...] = ()
    spots: tuple[Spot, ...] = ()
