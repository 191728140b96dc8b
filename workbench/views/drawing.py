"""A plot laid out in character cells, from the lower left; a widget only has to paint it."""

from __future__ import annotations

from dataclasses import dataclass, replace

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


def changed_rows(before: Drawing, after: Drawing) -> dict[int, tuple[int, int]] | None:
    """Return for each row of the canvas that looks different from which cell to which it does.

    None if more than texts on the canvas and the names under it differ.

    >>> one, other = (Drawing(9, 3, inks=(Ink(x, 1, "ab"),)) for x in (2, 3))
    >>> changed_rows(one, other)
    {1: (2, 4)}
    >>> changed_rows(one, Drawing(9, 4))
    """
    bare = [replace(one, inks=(), spots=(), x_ticks=()) for one in (before, after)]
    if bare[0] != bare[1]:
        return None
    old, new = _cells(before), _cells(after)
    rows: dict[int, tuple[int, int]] = {}
    for x, y in old.keys() | new.keys():
        if old.get((x, y)) != new.get((x, y)):
            left, right = rows.get(y, (x, x))
            rows[y] = min(left, x), max(right, x)
    return rows


def _cells(drawing: Drawing) -> dict[tuple[int, int], tuple[str, Tone]]:
    return {
        (ink.x + i, ink.y): (character, ink.tone)
        for ink in drawing.inks
        for i, character in enumerate(ink.text)
    }
