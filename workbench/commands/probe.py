"""`workbench probe`: is a run's model blind to what its queries say?"""

from __future__ import annotations

from typing import Any

import click

from store.records import Direction, Run
from store.workspace import Workspace
from workbench.commands.context import ROW_ID, Context, pass_context
from workbench.commands.directions import directions_option
from workbench.commands.output import print_json, print_table
from workbench.commands.waiting import compute, priority_option
from workbench.presenters.compare_numbers import FEW, percent

CATEGORIES = ("counting", "attributes", "coreference", "abstract", "fine_grained")


@click.command("probe")
@click.argument("run_id", metavar="RUN", type=ROW_ID)
@directions_option(help="i2t: the image's best-scored caption is edited.")
@click.option(
    "--all-queries",
    is_flag=True,
    help="Probe hits as well: what is said of failures alone is biased against the model.",
)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1 ...")
@priority_option
@click.option("--no-wait", is_flag=True, help="Queue the job and print its id.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    run_id: int,
    directions: tuple[Direction, ...],
    all_queries: bool,
    device: str,
    priority: int,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Edit a run's failing queries and see whether its model takes the edit for the truth.

    Blind to an edit is a model that gives the true image at least the same score with it.
    """
    from workbench.jobs.probe import check

    with context.open() as workspace:
        run = workspace.runs.get(run_id)
        check(run)
        params = {"run_id": run.id, "directions": list(directions), "every": all_queries}
        result = compute(
            workspace, "probe", params, device=device, priority=priority, wait=not no_wait
        )
        if result is None:
            return
        rows = [row for way in directions for row in _found(workspace, run, way)]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("direction", "queries", "category", ">blind %", "95 % interval", ">of", ">images"),
        [_cells(row) for row in rows],
        title=f"run {run.id}: {run.model} on {run.dataset}/{run.split}",
    )
    click.echo(
        "blind: an edited caption scores the true image as high as its own; mean over a query's "
        "edits. Scores that differ by chance give 50 %."
    )


def _found(workspace: Workspace, run: Run, direction: Direction) -> list[dict[str, Any]]:
    """Describe the blindness of a run's model; of failures too where every query was probed."""
    from workbench.analysis.edits.caption import EVERY
    from workbench.analysis.probes import blindness

    every = workspace.probes.version(run.id, direction) == EVERY
    rows = []
    for category in CATEGORIES:
        columns = workspace.probes.columns(run.id, direction, category)
        parts = {"failures": columns.rank > 1}
        if every:
            parts = {"all": columns.rank > 0, **parts}
        for queries, chosen in parts.items():
            found = blindness(
                columns.query_id[chosen], columns.image_id[chosen], columns.sensitivity[chosen]
            )
            rows.append(
                {
                    "run_id": run.id,
                    "direction": direction,
                    "queries": queries,
                    "category": category,
                    "blind": found.share.value,
                    "interval": [found.share.low, found.share.high],
                    "sensitivity": found.sensitivity,
                    "n_queries": found.n_queries,
                    "n_images": found.n_images,
                    "n_edits": found.n_edits,
                    "few": found.few,
                }
            )
    return rows


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    low, high = row["interval"]
    share = percent(row["blind"]) if row["n_queries"] else "--"
    limits = FEW if row["few"] else f"[{100 * low:.0f}, {100 * high:.0f}]"
    sizes = f"{row['n_queries']:,}", f"{row['n_images']:,}"
    return row["direction"], row["queries"], row["category"], share, limits, *sizes
