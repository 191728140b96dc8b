"""`workbench jobs`: the queue, and what can be done with a job."""

from __future__ import annotations

import time
from pathlib import Path

import click

from store.records import Job
from workbench.commands.context import ROW_ID, Context, pass_context
from workbench.commands.output import print_json, print_table, say
from workbench.presenters.text import plain
from workbench.workers import queue


@click.group("jobs", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List jobs, newest first; show, cancel, retry or read the log of one."""
    if ctx.invoked_subcommand is not None:
        return
    with ctx.obj.open() as workspace:
        if not ctx.obj.readonly:
            queue.ensure_workers(workspace)
        jobs = queue.listing(workspace)
    if as_json:
        print_json(jobs)
        return
    if not jobs:
        say("No job yet.")
        return
    print_table(
        (">id", "what", "state", ">done", "stage", "started", "error"),
        [
            (j.id, what(j), j.state, _share(j), j.stage, j.started_at or "--", j.error or "")
            for j in jobs
        ],
    )


@command.command("show")
@click.argument("job_id", type=ROW_ID)
@pass_context
def show(context: Context, job_id: int) -> None:
    """Print everything about a job as JSON."""
    with context.open() as workspace:
        print_json([queue.status(workspace, job_id)])


@command.command("cancel")
@click.argument("job_id", type=ROW_ID)
@click.option("--force", is_flag=True, help="Kill at once (SIGKILL).")
@pass_context
def cancel(context: Context, job_id: int, force: bool) -> None:
    """Stop a job; what it has finished is kept."""
    with context.open() as workspace:
        queue.cancel(workspace, job_id, force=force)
    say(f"Job {job_id} was asked to stop.")


@command.command("retry")
@click.argument("job_id", type=ROW_ID)
@pass_context
def retry(context: Context, job_id: int) -> None:
    """Queue a failed, cancelled or lost job again; it goes on where it stopped."""
    with context.open() as workspace:
        queue.retry(workspace, job_id)
    say(f"Job {job_id} is queued again.")


@command.command("logs")
@click.argument("job_id", type=ROW_ID)
@click.option("-f", "--follow", is_flag=True, help="Go on until the job ends.")
@pass_context
def logs(context: Context, job_id: int, follow: bool) -> None:
    """Print a job's log."""
    with context.open() as workspace:
        queue.status(workspace, job_id)
        path = queue.log_path(workspace, job_id)
        position = 0
        while True:
            ended = queue.status(workspace, job_id).state in queue.ENDED
            position = _print_from(path, position)
            if ended or not follow:
                return
            time.sleep(0.3)


def what(job: Job) -> str:
    """Say in a few words what a job does."""
    if job.kind in ("evaluate", "caption"):
        by = "with " if job.kind == "caption" else ""
        return f"{job.kind} {by}{job.params.get('model', '')}"
    if job.kind == "import":
        return f"import {Path(str(job.params.get('source', ''))).name}"
    return job.kind


def _share(job: Job) -> str:
    if job.state == "done":
        return "100%"
    return f"{100 * job.done // job.total}%" if job.total else "--"


def _print_from(path: Path, position: int) -> int:
    if not path.exists():
        return position
    with path.open("rb") as log:
        log.seek(position)
        for line in log.read().decode("utf-8", "replace").splitlines():
            click.echo(plain(line))
        return log.tell()
