"""`workbench label`: suggest categories for the failures of a run."""

from __future__ import annotations

import click

from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, progress_bar, say


@click.command("label", epilog=examples("workbench label 1"))
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@click.option("--json", "as_json", is_flag=True, help="Print the suggestions as JSON.")
@pass_context
def command(context: Context, run_id: int, as_json: bool) -> None:
    """Ask labelers about the failures of a run that they have not seen.

    A new version of a labeler is asked about all of them, and its earlier suggestions go.
    """
    from workbench.compute.context import JobContext
    from workbench.jobs.label import label_run

    with context.open() as workspace:
        run = workspace.runs.get(run_id)
        with progress_bar() as report:
            done = label_run(JobContext(workspace, {}, report), run)
        counts = workspace.suggestions.counts(run_id)
    for error in done.errors:
        say(error)
    if as_json:
        names = ("labeler", "direction", "category", "suggestions")
        print_json([dict(zip(names, row, strict=True)) for row in counts])
    else:
        print_table(("labeler", "direction", "category", ">suggestions"), counts)
    say(f"{done.suggestions:,} suggestions for run {run_id}.")
