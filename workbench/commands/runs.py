"""`workbench runs`: evaluations with their metrics."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from store.records import DIRECTIONS, Metric, Run
from store.workspace import Workspace
from workbench.analysis.metrics import MEDIAN_RANK, METRICS, R_MEAN, RECALLS
from workbench.commands.context import Context, pass_context
from workbench.commands.output import print_json, print_table, say
from workbench.presenters.text import cut_middle, width

COLUMNS = (
    ">run",
    "data set",
    "model",
    "stage",
    *(f">{way} {name}" for way in DIRECTIONS for name in RECALLS),
)
_RANKS = (MEDIAN_RANK, "mean_rank")


@click.command("runs")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, as_json: bool) -> None:
    """List the runs, newest first, with R@K in percent for both directions."""
    with context.open() as workspace:
        runs = [(run, workspace.runs.metrics(run.id)) for run in workspace.runs.all()]
    if as_json:
        print_json([run_object(run, metrics) for run, metrics in runs])
        return
    if not runs:
        say("No run yet: `workbench evaluate` makes one, `workbench demo` shows one.")
        return
    table = [_row(run, metrics) for run, metrics in runs]
    columns: tuple[str, ...] = COLUMNS
    cells = shutil.get_terminal_size().columns
    if sys.stdout.isatty() and _cells(columns, table) > cells:
        columns, table = _narrow(table, cells)
    print_table(columns, table)


def run_object(run: Run, metrics: list[Metric]) -> dict[str, Any]:
    """Describe a run for programs; shares are fractions."""
    return {
        "id": run.id,
        "dataset": run.dataset,
        "split": run.split,
        "model": run.model,
        "stage": run.stage,
        "status": run.status,
        "metrics": _by_direction(metrics, lambda m: m.value),
        "intervals": _by_direction(metrics, lambda m: [m.low, m.high]),
        "protocol": run.protocol,
        "job_id": run.job_id,
        "seconds": run.seconds,
        "images_per_s": run.images_per_s,
        "captions_per_s": run.captions_per_s,
        "peak_memory_bytes": run.peak_memory_bytes,
        "created_at": run.created_at,
    }


def summarise_run(workspace: Workspace, run: Run, *, err: bool) -> None:
    """Print a run's metrics with their intervals."""
    print_table(
        ("metric", "t2i [95 % interval]", "i2t [95 % interval]"),
        metric_rows(workspace.runs.metrics(run.id)),
        title=f"run {run.id}: {run.model} on {run.dataset}/{run.split}",
        err=err,
    )


def metric_rows(metrics: list[Metric]) -> list[tuple[str, str, str]]:
    """Return (name, t2i, i2t) with intervals, as a table shows them."""
    table = {(m.direction, m.name): m for m in metrics}
    rows = [
        (name, _cell(table.get(("t2i", name))), _cell(table.get(("i2t", name)))) for name in METRICS
    ]
    return [*rows, (R_MEAN, _cell(table.get(("both", R_MEAN))), "")]


def _by_direction(
    metrics: list[Metric], part: Callable[[Metric], Any]
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {direction: {} for direction in (*DIRECTIONS, "both")}
    for metric in metrics:
        found[metric.direction][metric.name] = part(metric)
    return found


def _row(run: Run, metrics: list[Metric]) -> tuple[object, ...]:
    values = {(m.direction, m.name): m.value for m in metrics}
    recalls = tuple(
        f"{100 * values[direction, name]:.2f}" if (direction, name) in values else "--"
        for direction in DIRECTIONS
        for name in RECALLS
    )
    return (run.id, f"{run.dataset}/{run.split}", run.model, run.stage, *recalls)


def _narrow(
    table: list[tuple[object, ...]], cells: int
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Return short names of columns, data sets and models; a stage only where it tells."""
    from workbench.presenters.cases import short_model

    staged = any(row[3] != "itc" for row in table)
    columns = tuple(name.replace("R@", "@") for name in COLUMNS if staged or name != "stage")
    rows = [(*row[:2], short_model(str(row[2])), *row[3 if staged else 4 :]) for row in table]
    # What the numbers leave goes to the names, half and half where both are long.
    numbers = _cells(columns, [(row[0], "", "", *row[3:]) for row in rows])
    left = cells - numbers + len("data set") + len("model")
    longest, model = (max(width(str(row[at])) for row in rows) for at in (1, 2))
    dataset = max(len("data set"), min(longest, max(left // 2, left - model)))
    model = max(8, left - dataset)
    return columns, [
        (row[0], cut_middle(str(row[1]), dataset), cut_middle(str(row[2]), model), *row[3:])
        for row in rows
    ]


def _cells(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
    """Return how wide a table is, with two cells between its columns."""
    table = [[name.lstrip(">") for name in columns], *rows]
    columns_of = zip(*table, strict=True)
    return sum(max(width(str(cell)) for cell in column) + 2 for column in columns_of) - 2


def _cell(metric: Metric | None) -> str:
    if metric is None:
        return "--"
    scale, digits = (1, 1) if metric.name in _RANKS else (100, 2)
    text = f"{scale * metric.value:.{digits}f}"
    if metric.low is None or metric.high is None:
        return text
    return f"{text} [{scale * metric.low:.{digits}f}, {scale * metric.high:.{digits}f}]"
