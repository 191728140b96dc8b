"""`workbench case`: open the terminal workbench at one case."""

from __future__ import annotations

import click

from store.filter import parse
from workbench.commands.context import QUERY_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.failures import direction_option
from workbench.commands.open import open_workbench
from workbench.commands.opening import run_of, run_option
from workbench.compute.errors import JobError
from workbench.views.case_view import Direction
from workbench.views.deep_link import DeepLink


@click.command("case", epilog=examples("workbench case 18231 --run 1"))
@click.argument("query_id", metavar="QUERY", type=QUERY_ID)
@run_option
@direction_option
@pass_context
def command(context: Context, query_id: int, run_id: int | None, direction: Direction) -> None:
    """Open the workbench at a case: QUERY is the id that lists and exports show."""
    with context.open() as workspace:
        run = run_of(workspace, run_id, context.who())
        found = workspace.cases.ids(run.id, direction, parse(f"id:{query_id}"))
    if not len(found):
        noun = "caption" if direction == "t2i" else "image"
        raise JobError(
            f"Run {run.id} has no {direction} query {query_id} (the id of a {noun}): "
            f"`workbench runs` lists the runs for --run, --direction picks the other way."
        )
    open_workbench(context, DeepLink("cases", run.id, direction, filter="", query_id=query_id))
