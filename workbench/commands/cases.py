"""`workbench cases`: open the terminal workbench at a filtered list."""

from __future__ import annotations

import click

from store.filter import parse
from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.failures import direction_option
from workbench.commands.open import open_workbench
from workbench.commands.opening import run_of, run_option
from workbench.taxonomy import load_taxonomy
from workbench.views.case_view import Direction
from workbench.views.deep_link import DeepLink


@click.command("cases", epilog=examples("workbench cases 'rank>10 cat:CNT'"))
@click.argument("words", metavar="[FILTER]", default="")
@run_option
@direction_option
@pass_context
def command(context: Context, words: str, run_id: int | None, direction: Direction) -> None:
    """Open the workbench at a filtered list, for instance 'rank>10 cat:CNT'."""
    with context.open() as workspace:
        wanted = parse(words, load_taxonomy(workspace.path).names())
        run = run_of(workspace, run_id, context.who(), wanted)
    open_workbench(context, DeepLink("cases", run.id, direction, filter=str(wanted)))
