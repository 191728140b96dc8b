"""`workbench runs`: evaluations with their metrics."""

from __future__ import annotations

import dataclasses
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from store.records.direction import DIRECTIONS
from store.records.run import Metric, Run
from store.workspace import Workspace
from workbench.analysis.metrics import MEDIAN_RANK, METRICS, R_MEAN, RECALLS
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.corrected import corrected_object, print_corrected
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.presenters.compare_protocol import part
from workbench.presenters.facts import size, stated
from workbench.presenters.text import cut_middle, width
from workbench.presenters.verdict import (
    ROW,
    agreement,
    cause_cells,
    published,
    source_sentence,
    verdict_rows,
    verdict_sentence,
)
from workbench.session.verdicts import Verdicts
from workbench.views.verdict import Verdict

COLUMNS = (
    ">run",
    "data set",
    "model",
    "stage",
    *(f">{way} {name}" for way in DIRECTIONS for name in RECALLS),
)
_RANKS = (MEDIAN_RANK, "mean_rank")


PUBLISHED = "published"
"""Heading of the column that says whether a run agrees with published results."""


@click.command("runs", epilog=examples("workbench runs 3", "workbench runs 3 --corrected"))
@click.argument("run_id", metavar="[RUN]", type=RUN_ID, required=False)
@click.option(
    "--corrected",
    "with_corrected",
    is_flag=True,
    help="Of RUN, also the numbers with confirmed missing pairs as positives.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, run_id: int | None, with_corrected: bool, as_json: bool) -> None:
    """List the runs, newest first, with R@K in percent for both directions.

    With RUN, everything about one: metrics, protocol, what it cost, and how it compares with
    published results of the same model, with the usual causes of a difference.
    """
    if with_corrected and run_id is None:
        raise click.UsageError("--corrected needs the number of a RUN")
    second = None
    with context.open() as workspace:
        store = workspace.runs
        verdicts = Verdicts(workspace)
        runs = [
            (run, store.metrics(run.id), verdicts.of(run))
            for run in (store.all() if run_id is None else [store.get(run_id)])
        ]
        if with_corrected:
            from workbench.compute.corrected import corrected

            second = corrected(workspace, runs[0][0])
    if as_json:
        objects = [run_object(*row) for row in runs]
        if with_corrected:
            objects[0]["corrected"] = corrected_object(second)
        print_json(objects)
        return
    if run_id is not None:
        _describe(*runs[0])
        if with_corrected:
            click.echo()
            print_corrected(runs[0][1], second, _cell)
        return
    if not runs:
        say("No run yet: `workbench evaluate` makes one, `workbench demo` shows one.")
        return
    judged = any(verdicts for _, _, verdicts in runs)
    columns: tuple[str, ...] = (*COLUMNS, PUBLISHED) if judged else COLUMNS
    table = [
        (*_row(run, metrics), *([agreement(verdicts)] if judged else []))
        for run, metrics, verdicts in runs
    ]
    cells = shutil.get_terminal_size().columns
    if sys.stdout.isatty() and _cells(columns, table) > cells:
        columns, table = _narrow(columns, table, cells)
    print_table(columns, table)


def run_object(run: Run, metrics: list[Metric], verdicts: Sequence[Verdict]) -> dict[str, Any]:
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
        "pairs_per_s": run.pairs_per_s,
        "peak_memory_bytes": run.peak_memory_bytes,
        "efficiency": run.efficiency,
        "first_run_id": run.first_run_id,
        "verdict": [verdict_object(verdict) for verdict in verdicts],
        "created_at": run.created_at,
    }


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """Describe a verdict for programs; all numbers are fractions."""
    found = dataclasses.asdict(verdict)
    found["within"] = verdict.within
    found["values"] = [
        {**dataclasses.asdict(one), "difference": one.difference, "within": one.within}
        for one in verdict.values
    ]
    return found


def summarise_run(workspace: Workspace, run: Run, *, err: bool) -> None:
    """Print a run's metrics with their intervals, and whether they agree with published ones."""
    _print_metrics(run, workspace.runs.metrics(run.id), err=err)
    for verdict in Verdicts(workspace).of(run):
        click.echo(verdict_sentence(verdict), err=err)
        if not verdict.within:
            click.echo(f"`workbench runs {run.id}` shows the usual causes.", err=err)


def metric_rows(metrics: list[Metric]) -> list[tuple[str, str, str]]:
    """Return (name, t2i, i2t) with intervals, as a table shows them."""
    table = {(m.direction, m.name): m for m in metrics}
    rows = [
        (name, _cell(table.get(("t2i", name))), _cell(table.get(("i2t", name)))) for name in METRICS
    ]
    return [*rows, (R_MEAN, _cell(table.get(("both", R_MEAN))), "")]


_SHOWN_ABOVE = ("images_per_s", "captions_per_s", "pairs_per_s", "peak_host_bytes")
"""Figures of the efficiency that have a column of their own in the table of runs."""


def _describe(run: Run, metrics: list[Metric], verdicts: Sequence[Verdict]) -> None:
    _print_metrics(run, metrics, err=False)
    facts = [
        (
            "stage",
            run.stage if run.first_run_id is None else f"{run.stage}, after run {run.first_run_id}",
        ),
        ("made", run.created_at),
        ("seconds", f"{run.seconds:,.1f}"),
        ("images/s", _rate(run.images_per_s)),
        ("captions/s", _rate(run.captions_per_s)),
        ("pairs/s", _rate(run.pairs_per_s)),
        ("peak memory", size(run.peak_memory_bytes)),
        *(
            (_figure(name), _cost(name, value))
            for name, value in run.efficiency.items()
            if name not in _SHOWN_ABOVE
        ),
    ]
    click.echo()
    print_table(("what it cost", ""), facts)
    click.echo()
    print_table(("protocol", ""), [(name, part(run.protocol, name)) for name in run.protocol])
    for verdict in verdicts:
        click.echo()
        print_table(ROW, verdict_rows(verdict.values), title=f"against {published(verdict)}")
        click.echo(source_sentence(verdict))
        if verdict.causes:
            print_table(
                ("usual cause", "", "size", "seen in"),
                [cause_cells(cause) for cause in verdict.causes],
            )


def _print_metrics(run: Run, metrics: list[Metric], *, err: bool) -> None:
    print_table(
        ("metric", "t2i [95 % interval]", "i2t [95 % interval]"),
        metric_rows(metrics),
        title=f"run {run.id}: {run.model} on {run.dataset}/{run.split}",
        err=err,
    )


def _rate(per_s: float | None) -> str:
    return "--" if per_s is None else f"{per_s:,.1f}"


def _figure(name: str) -> str:
    return name.removesuffix("_bytes").replace("_", " ")


def _cost(name: str, value: object) -> str:
    """Write a figure of the efficiency: bytes with a unit, the parts of a sum on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_cost(key, part)}" for key, part in value.items())
    if name.endswith("_bytes") and isinstance(value, int):
        return size(value)
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else stated(value)


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
    names: Sequence[str], table: list[tuple[object, ...]], cells: int
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Return short names of columns, data sets and models; a stage only where it tells."""
    from workbench.presenters.run_names import short_model

    staged = any(row[3] != "itc" for row in table)
    columns = tuple(name.replace("R@", "@") for name in names if staged or name != "stage")
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
