"""`workbench probe`: is a run's model blind to what its queries say?"""

from __future__ import annotations

import click

from store.records.direction import Direction
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.directions import directions_option
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table
from workbench.commands.waiting import compute, device_option, no_wait_option, priority_option
from workbench.presenters.blindness import BLIND, BLINDNESS, blindness_cells, blindness_object
from workbench.session.blindness import blindness_of


@click.command("probe", epilog=examples("workbench probe 1 --all-queries"))
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@directions_option(help="i2t: the image's best-scored caption is edited.")
@click.option(
    "--all-queries",
    is_flag=True,
    help="Probe hits as well: what is said of failures alone is biased against the model.",
)
@device_option
@priority_option
@no_wait_option
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
        rows = [row for way in directions for row in blindness_of(workspace, run, way)]
    if as_json:
        print_json([blindness_object(row) for row in rows])
        return
    print_table(
        BLINDNESS,
        [blindness_cells(row) for row in rows],
        title=f"run {run.id}: {run.model} on {run.dataset}/{run.split}",
    )
    click.echo(BLIND)
