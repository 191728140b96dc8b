"""`workbench job`: open the terminal workbench at a job."""

from __future__ import annotations

import click

from workbench.commands.context import JOB_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.open import open_workbench
from workbench.views.deep_link import DeepLink


@click.command("job", epilog=examples("workbench job 31"))
@click.argument("job_id", metavar="ID", type=JOB_ID)
@pass_context
def command(context: Context, job_id: int) -> None:
    """Open the workbench at a job: its log, its place in the queue."""
    with context.open() as workspace:
        workspace.jobs.get(job_id)
    open_workbench(context, DeepLink("jobs", job_id=job_id))
