"""The numbers of a plot as text."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.presenters.compare_numbers import FEW, percent
from workbench.presenters.plots.picture import Picture, Rows
from workbench.presenters.text import fit, plain, width
from workbench.views.line import Line, Span

MOST_FACTS = 2000
ANY_SIZE = 80, 16
"""What is told of a bar or a point does not depend on the size of the plot."""


def table_facts(table: Rows) -> tuple[tuple[str, str], ...]:
    """Return a (first column, rest) pair for each row, shares in percent with their interval."""
    names, rows = table
    facts = [(_written(row[0]), _rest(names, row)) for row in rows[:MOST_FACTS]]
    if len(rows) > MOST_FACTS:
        facts.append(("..", f"{len(rows) - MOST_FACTS:,} more: w writes them all to a .csv file"))
    return tuple(facts)


def people_table(table: Rows) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows of text: shares in percent with their interval, numbers right."""
    names, rows = table
    shown = [name for name in names if name not in ("low", "high")]
    texts = []
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        limits = _limits(cells.get("low"), cells.get("high"))
        text = {name: _written(cells[name]) for name in shown}
        share = cells.get("share")
        if isinstance(share, float):
            text["share"] = f"{percent(share)} {limits}"
        texts.append([text[name] for name in shown])
    heads = []
    for name in shown:
        cell = next((row[names.index(name)] for row in rows), "")
        title = "% [95 % interval]" if name == "share" else name
        heads.append(f">{title}" if isinstance(cell, int | float) else title)
    return heads, texts


def aligned(picture: Picture) -> list[Line]:
    """Return a line for each mark: name, count, share and interval below each other."""
    names, rows = people_table(picture.table())
    shares = [at for at, name in enumerate(names) if "%" in name]
    if not shares:
        return [picture.told(mark, *ANY_SIZE) for mark in range(picture.marks)]
    wanted = [0, 1, *shares]
    widths = [max((width(row[at]) for row in rows), default=0) for at in wanted]
    return [
        Line(
            tuple(
                Span(f"  {fit(row[at], cells, right=at > 0)}")
                for at, cells in zip(wanted, widths, strict=True)
            )
        )
        for row in rows
    ]


def _rest(names: Sequence[str], row: Sequence[object]) -> str:
    cells = dict(zip(names, row, strict=True))
    low, high, share = (cells.pop(name, None) for name in ("low", "high", "share"))
    parts = [
        f"{name} {_written(value)}" for name, value in list(cells.items())[1:] if value is not None
    ]
    if isinstance(share, float):
        parts.insert(0, f"{percent(share)} % {_limits(low, high)}")
    return "  ".join(parts)


def _limits(low: object, high: object) -> str:
    if isinstance(low, float) and isinstance(high, float):
        return f"[{percent(low)}, {percent(high)}]"
    return FEW


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
