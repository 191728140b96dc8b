"""The ranks of every query in two runs as a table of counts that reads as a heat map."""

from __future__ import annotations

import math

from workbench.presenters.text import cut
from workbench.views.compare import RankGrid
from workbench.views.line import Line, Span, Tone

SHADES = "▁▂▃▄▅▆▇█"
CELL = 6
WIDE_CELL = 8
HEAD = 8
TITLES = 2
"""Rows above the table."""


def rank_grid_lines(grid: RankGrid, cells: int, rows: int) -> tuple[Line, ...]:
    """Return the table; bands at the end are put together where there is no room for all.

    Each cell is a count and a bar on a logarithmic scale.
    """
    room = min((cells - HEAD) // CELL, rows - TITLES)
    if room < 2:
        return ()
    bounds, counts = _merged(grid, min(room, len(grid.bounds)))
    cell = min(WIDE_CELL, (cells - HEAD) // len(bounds))
    names = _names(bounds, cell, merged=room < len(grid.bounds))
    most = max((n for row in counts for n in row), default=0)
    title = cut(" Queries by rank in A (down) and B (across); left below: B better", cells)
    lines = [Line((Span(title, "dim"),))]
    head = "".join(f"{name:>{cell}}" for name in names)
    lines.append(Line((Span(f"{'A / B':>{HEAD}}", "dim"), Span(head, "dim"))))
    for i, row in enumerate(counts):
        spans = [Span(f"{names[i]:>{HEAD}}", "dim")]
        spans += [Span(f"{_cell(n, most):>{cell}}", _tone(i, j, n)) for j, n in enumerate(row)]
        lines.append(Line(tuple(spans)))
    return tuple(lines)


def _merged(grid: RankGrid, bands: int) -> tuple[tuple[int, ...], list[list[int]]]:
    """Put all bands from the last one on together."""
    last, n = bands - 1, len(grid.bounds)
    counts = [[0] * bands for _ in range(bands)]
    for i in range(n):
        for j in range(n):
            counts[min(i, last)][min(j, last)] += grid.counts[i][j]
    return grid.bounds[:bands], counts


def _names(bounds: tuple[int, ...], cell: int, *, merged: bool) -> list[str]:
    """Name the bands: "1", "2", "3-5", .. and ">100" for what was put together."""
    names = []
    for i, bound in enumerate(bounds):
        low = bounds[i - 1] + 1 if i else 1
        names.append(_short(bound) if low == bound else f"{_short(low)}-{_short(bound)}")
    for i, name in enumerate(names):
        if len(name) >= cell:
            names[i] = f"-{_short(bounds[i])}"
    if merged and len(bounds) > 1:
        names[-1] = f">{_short(bounds[-2])}"
    return names


def _short(number: int) -> str:
    return str(number) if number < 10_000 else f"{number // 1000}k"


def _cell(n: int, most: int) -> str:
    if not n:
        return ". "
    shade = SHADES[round((len(SHADES) - 1) * math.log1p(n) / math.log1p(most))]
    return f"{n if n < 10_000 else _short(n)}{shade}"


def _tone(i: int, j: int, n: int) -> Tone:
    if not n:
        return "dim"
    return "" if i == j else "good" if j < i else "warn"
