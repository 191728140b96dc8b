"""What every plot can do on a screen, and the axes that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.analysis.histograms import nice_step
from workbench.presenters.text import width
from workbench.views.drawing import Drawing
from workbench.views.line import Line
from workbench.views.plots import NO_MARK

AXIS_CELLS = 7
"""Cells left of a canvas: six for the names of ticks, one for the axis."""
AXIS_ROWS = 2
"""Rows below a canvas: the axis and the names of its ticks."""

Rows = tuple[tuple[str, ...], Sequence[Sequence[object]]]
"""The names of columns, and rows."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What Enter leads to: cases that a filter selects, or those of another run; `says` why."""

    filter: str = ""
    run_id: int | None = None
    says: str = ""


class Picture(Protocol):
    """A plot as it is drawn, walked through and told; cells and rows are those of its place.

    A mark is what the cursor stands on: a bar, a point, a cell. `NO_MARK` is none.
    """

    @property
    def note(self) -> str:
        """What has to be known of the numbers, "" if nothing."""
        ...

    @property
    def marks(self) -> int:
        """How many marks there are: 0 to one less are valid."""
        ...

    @property
    def first(self) -> int:
        """The mark to begin at, NO_MARK where there is none."""
        ...

    def draw(self, cells: int, rows: int, mark: int) -> Drawing:
        """Lay the plot out, the mark made visible without colour."""
        ...

    def moved(self, mark: int, right: int, up: int, cells: int, rows: int) -> int:
        """Return the mark so many steps to the right and up."""
        ...

    def told(self, mark: int, cells: int, rows: int) -> Line:
        """Say the numbers of a mark: count, share, interval."""
        ...

    def opening(self, mark: int, cells: int, rows: int) -> Opening:
        """Return what Enter on a mark leads to."""
        ...

    def table(self) -> Rows:
        """Return the numbers as they are written to a file."""
        ...


def canvas(cells: int, rows: int) -> tuple[int, int]:
    """Return the size of the canvas in a place of this size."""
    return max(1, cells - AXIS_CELLS), max(1, rows - AXIS_ROWS)


def stepped(mark: int, right: int, up: int, n: int) -> int:
    """Move among `n` marks in a row; down goes on as right does."""
    return max(0, min(n - 1, mark + right - up)) if n else NO_MARK


def y_axis(
    low: float, high: float, rows: int, write: Callable[[float], str]
) -> tuple[Callable[[float], int], tuple[tuple[int, str], ...]]:
    """Return a scale from values to rows, and ticks at round values, every third row or so."""
    span = (high - low) or 1.0
    step = nice_step(span, max(1, rows // 3))
    first = int(low / step) * step

    def row(value: float) -> int:
        return round((value - low) / span * (rows - 1))

    ticks = []
    for i in range(int(span / step) + 3):
        value = first + i * step
        if low - 1e-9 <= value <= high + 1e-9:
            ticks.append((row(value), f"{write(value):>{AXIS_CELLS - 1}}"))
    return row, tuple(ticks)


def x_names(names: Iterable[tuple[int, str]], mark: int, cells: int) -> tuple[tuple[int, str], ...]:
    """Return the names of ticks (centre, name) that stand apart, that of the mark in brackets."""
    wanted = [(x, f"[{name}]" if i == mark else name) for i, (x, name) in enumerate(names)]
    order = [mark, *range(len(wanted))] if 0 <= mark < len(wanted) else range(len(wanted))
    taken: list[tuple[int, int]] = []
    kept: dict[int, tuple[int, str]] = {}
    for i in order:
        x, name = wanted[i]
        left = max(0, min(cells - width(name), x - width(name) // 2))
        right = left + width(name)
        if i not in kept and all(right < a or left > b for a, b in taken):
            taken.append((left, right))
            kept[i] = (left + width(name) // 2, name)
    return tuple(kept[i] for i in sorted(kept))


def names_row(names: Iterable[tuple[int, str]], start: int) -> str:
    """Return the names of ticks (centre, name) as a row; the canvas begins at cell `start`.

    >>> names_row(((2, "1"), (6, "[2-3]")), 3)
    '     1 [2-3]'
    """
    row = ""
    for x, name in names:
        row += " " * (start + x - width(name) // 2 - width(row)) + name
    return row
