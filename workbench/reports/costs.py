"""What the runs cost, and how good they are for it."""

from __future__ import annotations

from typing import Any

from workbench.presenters.models_lines import AXES
from workbench.presenters.models_table import COLUMNS, COSTS, LEGEND, model_cells
from workbench.reports.cost_drawing import cost_plot
from workbench.reports.source import Source
from workbench.session.model_table import models_table
from workbench.views.compare import Cost, ModelsTable
from workbench.views.report import Block, Paragraph, Plots, Section, Table

QUALITY = "mean R@K in %"
EXPLAINED = (
    "Quality is the mean of R@1, R@5 and R@10 of both directions. GFLOPs are the work for one "
    "image and one caption, and for the pairs that are re-ranked for a caption."
)
NAMES = {10: ">mean R@K", 11: ">parameters, M"}
DRAWN = "A filled point is as good as no other for less; the axis of costs is logarithmic."
SHOWN = (*range(4), *range(10, len(COLUMNS)))
"""The columns of the table of models that "Scores" does not have with intervals already."""
ENOUGH = 2
"""Runs that a plot needs."""


def costs_section(source: Source) -> Section | None:
    """Return a table of costs for each data set, with a plot where two runs have a cost."""
    blocks: list[Block] = []
    data: list[dict[str, Any]] = []
    for dataset_id in dict.fromkeys(run.dataset_id for run in source.runs):
        table = _table(source, dataset_id)
        blocks += _plot(table)
        blocks.append(_rows(table))
        data.append({"dataset": table.dataset, "cost": table.cost, "runs": table.rows})
    return Section(
        "costs", "What the runs cost", (Paragraph(EXPLAINED), *blocks), {"datasets": data}
    )


def _table(source: Source, dataset_id: int) -> ModelsTable:
    """Return the runs by the first cost that two of them have."""
    runs = [run for run in source.runs if run.dataset_id == dataset_id]
    dataset = source.workspace.datasets.get(dataset_id)
    costs: tuple[Cost, ...] = ("gflops", "parameters", "seconds")
    tables = [models_table(source.workspace, dataset, runs, cost, "r_mean") for cost in costs]
    return next((one for one in tables if len(one.points) >= ENOUGH), tables[0])


def _plot(table: ModelsTable) -> list[Block]:
    """Draw quality over cost, and say which runs are not in it; nothing for a single run."""
    if len(table.points) < ENOUGH:
        return []
    points = sorted(table.points, key=lambda point: (point.cost, point.quality))
    title = f"Quality and cost on {table.dataset}"
    drawn = Plots((cost_plot(title, points, x_name=COSTS[table.cost], y_name=QUALITY),))
    shown = {point.run_id for point in points}
    left = [str(row.run_id) for row in table.rows if row.run_id not in shown]
    if not left:
        return [drawn, Paragraph(DRAWN)]
    runs = f"run{'s' if len(left) > 1 else ''} {', '.join(left)}"
    return [drawn, Paragraph(f"{DRAWN} Not drawn: {runs}, whose {AXES[table.cost]} are not known.")]


def _rows(table: ModelsTable) -> Table:
    columns = tuple(NAMES.get(at, COLUMNS[at]) for at in SHOWN)
    cells = [model_cells(row, short=True) for row in table.rows]
    rows = tuple(tuple(row[at] for at in SHOWN) for row in cells)
    return Table(f"Runs on {table.dataset}, best first", columns, rows, f"{LEGEND}.")
