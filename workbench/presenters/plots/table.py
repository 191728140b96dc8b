"""The numbers of a plot as text."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.presenters.compare_numbers import FEW, percent
from workbench.presenters.plots.picture import Rows
from workbench.presenters.text import plain

MOST_FACTS = 2000


def table_facts(table: Rows) -> tuple[tuple[str, str], ...]:
    """Return a (first column, rest) pair for each row, shares in percent with their interval."""
    names, rows = table
    facts = [(_written(row[0]), _rest(names, row)) for row in rows[:MOST_FACTS]]
    if len(rows) > MOST_FACTS:
        facts.append(("..", f"{len(rows) - MOST_FACTS:,} more: w writes them all to a .csv file"))
    return tuple(facts)


def text_rows(table: Rows) -> list[list[str]]:
    """Return every row as text, for a table of a command."""
    return [[_written(cell) for cell in row] for row in table[1]]


def _rest(names: Sequence[str], row: Sequence[object]) -> str:
    cells = dict(zip(names, row, strict=True))
    low, high, share = (cells.pop(name, None) for name in ("low", "high", "share"))
    parts = [
        f"{name} {_written(value)}" for name, value in list(cells.items())[1:] if value is not None
    ]
    if isinstance(share, float):
        limits = FEW
        if isinstance(low, float) and isinstance(high, float):
            limits = f"[{percent(low)}, {percent(high)}]"
        parts.insert(0, f"{percent(share)} % {limits}")
    return "  ".join(parts)


def _written(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return plain(str(cell))
