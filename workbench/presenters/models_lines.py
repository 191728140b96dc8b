"""The table of models as lines of a list: as many columns as fit, most wanted first."""

from __future__ import annotations

from workbench.presenters.models_table import COLUMNS, COSTS, LEGEND, model_cells
from workbench.presenters.text import fit, width
from workbench.views.compare import Cost, ModelRow, ModelsTable
from workbench.views.line import Line, Span

GAP = 2
WANTED = (0, 1, 2, 3, 10, 4, 7, 11, 12, 13, 14, 15, 16, 17, 5, 6, 8, 9)
"""Columns, most wanted first: mark, run, model, stage, r_mean, R@1 both ways, what it costs ..."""
MODEL_CELLS, FEW_MODEL_CELLS, WIDE = 34, 18, 100
AXES: dict[Cost, str] = {
    "gflops": "GFLOPs",
    "parameters": "parameters",
    "seconds": "seconds",
}


def model_lines(table: ModelsTable, cells: int) -> tuple[Line, ...]:
    """Return the names of the columns and a line a run."""
    rows = [model_cells(row, short=True) for row in table.rows]
    names = [name.removeprefix(">") for name in COLUMNS]
    most = MODEL_CELLS if cells >= WIDE else FEW_MODEL_CELLS
    widths = [
        min(most, max(width(row[at]) for row in [tuple(names), *rows]))
        for at in range(len(COLUMNS))
    ]
    shown = _fitting(widths, cells)

    def line(row: tuple[str, ...]) -> str:
        parts = (
            fit(row[at], widths[at], right=COLUMNS[at].startswith(">")) for at in sorted(shown)
        )
        return (" " * GAP).join(parts)

    head = Line((Span("   " + line(tuple(names)), "dim"),), rule=True)
    lines = [
        Line((Span(line(cells_of), "strong" if row.pareto else ""),), key=str(row.run_id))
        for row, cells_of in zip(table.rows, rows, strict=True)
    ]
    return (head, *lines)


def model_facts(row: ModelRow) -> tuple[tuple[str, str], ...]:
    """Return every column of a run."""
    way = ""
    facts = []
    for name, value in zip(COLUMNS[1:], model_cells(row)[1:], strict=True):
        name = name.removeprefix(">")
        if name.endswith("R@1"):
            way = name.removesuffix("R@1")
        facts.append((f"{way}{name}" if name in ("R@5", "R@10") else name, value))
    beaten = {None: "cost not known", True: "yes", False: "no"}[row.pareto]
    return (*facts, ("Pareto-optimal", beaten))


def models_legend(table: ModelsTable) -> str:
    """Say what the marks mean and what cost is."""
    return f"{LEGEND}; cost: {COSTS[table.cost]}"


def _fitting(widths: list[int], cells: int) -> set[int]:
    """Return the columns that fit, none of them less wanted than one that does not."""
    shown: set[int] = set()
    left = cells - 3
    for at in WANTED:
        left -= widths[at] + GAP
        if left + GAP < 0:
            break
        shown.add(at)
    return shown
