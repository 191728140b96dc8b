"""`workbench evaluate`: rank a data set with a model, in a background worker."""

from __future__ import annotations

import re

import click

from store.records import Job
from workbench.commands.context import Context, pass_context
from workbench.commands.output import progress_bar, say
from workbench.jobs.errors import Cancelled, JobError


@click.command("evaluate")
@click.option("--dataset", required=True, help="Data set: NAME or NAME/SPLIT.")
@click.option("--model", required=True, help="Model: plugin:name/weights.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda:0 ...")
@click.option("--batch-size", default="auto", show_default=True, help="auto or a number.")
@click.option("--top-k", default=10, show_default=True, type=click.IntRange(1, 1000))
@click.option("--no-wait", is_flag=True, help="Queue the job and print its id.")
@pass_context
def command(
    context: Context,
    dataset: str,
    model: str,
    device: str,
    batch_size: str,
    top_k: int,
    no_wait: bool,
) -> None:
    """Embed a data set with a model, rank both directions and store the run; prints its id.

    The work is done by a detached worker: interrupting this command leaves it running.
    """
    from plugins import registry
    from workbench.jobs import queue

    if not re.fullmatch("auto|[1-9][0-9]{0,6}", batch_size):
        raise click.UsageError("--batch-size takes 'auto' or a whole number above 0.")
    with context.open() as workspace:
        chosen = workspace.datasets.find(dataset)
        params = {
            "dataset_id": chosen.id,
            "model": registry.check_model(model),
            "device": device,
            "batch_size": batch_size,
            "k": top_k,
        }
        job = queue.submit(workspace, "evaluate", params, device=device)
        if no_wait:
            say(f"Queued as job {job.id}: see `workbench jobs`.")
            click.echo(job.id)
            return
        try:
            with progress_bar() as report:
                job = queue.wait(workspace, job.id, lambda j: report(j.stage, j.done, j.total))
        except KeyboardInterrupt:
            say(
                f"Job {job.id} goes on in the background: "
                f"`workbench jobs cancel {job.id}` stops it."
            )
            raise
        run_id = finished(job)["run_id"]
        if job.result.get("reused"):
            say(f"Nothing was computed: run {run_id} has these results already.")
        from workbench.commands.runs import summarise_run

        summarise_run(workspace, workspace.runs.get(run_id), err=True)
        click.echo(run_id)


def finished(job: Job) -> dict[str, int]:
    """Return a job's result; raises JobError with its error if it did not end well."""
    if job.state == "done":
        return dict(job.result)
    if job.state == "cancelled":
        raise Cancelled(f"Job {job.id} was cancelled: `workbench jobs retry {job.id}` goes on.")
    if job.state == "lost":
        raise JobError(
            f"The process of job {job.id} is gone: `workbench jobs retry {job.id}` goes on "
            "where it stopped."
        )
    raise JobError(f"Job {job.id} failed: {job.error}")
