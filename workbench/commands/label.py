"""`workbench label`: suggest categories for the failures of a run."""

from __future__ import annotations

import click

from workbench.commands.context import ROW_ID, Context, pass_context
from workbench.commands.output import progress_bar, say


@click.command("label")
@click.argument("run_id", metavar="RUN", type=ROW_ID)
@pass_context
def command(context: Context, run_id: int) -> None:
    """Ask labelers about the failures of a run that they have not seen.

    A new version of a labeler is asked about all of them, and its earlier suggestions go.
    """
    from workbench.compute.context import JobContext
    from workbench.jobs.label import label_run

    with context.open() as workspace:
        run = workspace.runs.get(run_id)
        with progress_bar() as report:
            total = label_run(JobContext(workspace, {}, report), run)
    say(f"{total:,} suggestions for run {run_id}.")
