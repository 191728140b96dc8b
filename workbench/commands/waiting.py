"""Queueing a job and waiting for its end, as the commands that compute do; options they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from store.records.job import Job
from store.workspace import Workspace
from workbench.commands.output import progress_bar, say
from workbench.compute.errors import Cancelled, JobError

PRIORITY = click.IntRange(-1000, 1000)
device_option = click.option(
    "--device", default="auto", show_default=True, help="Where it runs: auto, cpu, cuda, cuda:1 ..."
)
decoder_option = click.option(
    "--decoder",
    type=click.Choice(["pil", "torchvision"]),
    default="pil",
    show_default=True,
    help="What decodes and resizes JPEGs; torchvision is faster, its pixels a level of 255 apart.",
)
no_wait_option = click.option("--no-wait", is_flag=True, help="Queue the job and print its id.")
priority_option = click.option(
    "--priority",
    metavar="N",
    default=0,
    show_default=True,
    type=PRIORITY,
    help="Where in the queue a new job stands: higher goes first.",
)


def compute(
    workspace: Workspace,
    kind: str,
    params: Mapping[str, Any],
    *,
    device: str,
    priority: int,
    wait: bool,
) -> dict[str, Any] | None:
    """Queue a job and return its result; None where nobody waits, its id is then printed.

    Raises JobError if the job does not end well. Interrupting leaves the job running.
    """
    from workbench.workers import queue

    job = queue.submit(workspace, kind, params, device=device, priority=priority)
    if not wait:
        say(f"Queued as job {job.id}: see `workbench jobs`.")
        click.echo(job.id)
        return None
    try:
        with progress_bar() as report:
            job = queue.wait(workspace, job.id, lambda j: report(*_shown(j)))
    except KeyboardInterrupt:
        say(f"Job {job.id} goes on in the background: `workbench jobs cancel {job.id}` stops it.")
        raise
    return finished(job)


def _shown(job: Job) -> tuple[str, int, int]:
    """Return what a progress bar shows: the stage, or what the job waits for."""
    if job.state == "waiting":
        return f"waits for {job.waits_for}", 0, 0
    return job.stage, job.done, job.total


def finished(job: Job) -> dict[str, Any]:
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
