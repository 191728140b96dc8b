"""`workbench jobs`: the queue, and what can be done with a job."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import click

from store.errors import StoreError
from store.records.job import Job
from store.workspace import Workspace
from workbench.commands.context import JOB_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.commands.waiting import PRIORITY
from workbench.compute.errors import JobError
from workbench.presenters.home import names_of
from workbench.presenters.job_command import job_command
from workbench.presenters.job_facts import job_facts
from workbench.presenters.job_table import brief, remark_of
from workbench.presenters.jobs import in_order, job_row
from workbench.presenters.log import diff_line, indented
from workbench.presenters.text import cut
from workbench.session.logs import read_tail
from workbench.views.job import JobRow
from workbench.workers import queue

STATES = ("queued", "waiting", "running", "done", "failed", "cancelled", "lost")
PAGE_BYTES = 1 << 20
ROOMY = 150
"""Columns of a terminal that hold every column of the list."""

_jobs = click.argument("job_ids", metavar="ID...", type=JOB_ID, nargs=-1, required=True)


@click.group(
    "jobs",
    epilog=examples(
        "workbench jobs --state failed",
        "workbench jobs logs 3 --follow",
        "workbench jobs retry --lost",
    ),
    invoke_without_command=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--state", type=click.Choice(STATES), multiple=True, help="Only these; repeatable.")
@click.option(
    "--limit",
    default=200,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="At most this many.",
)
@click.pass_context
def command(ctx: click.Context, as_json: bool, state: tuple[str, ...], limit: int) -> None:
    """List jobs: what runs, the queue in its order, what ended; or act on some of them."""
    if ctx.invoked_subcommand is not None:
        return
    with ctx.obj.open() as workspace:
        if not ctx.obj.readonly:
            queue.ensure_workers(workspace)
        jobs = [job for job in queue.listing(workspace, limit) if not state or job.state in state]
        names = names_of(workspace.datasets.all())
    if as_json:
        print_json(jobs)
        return
    if not jobs:
        say("No such job." if state else "No job yet.")
        return
    rows = [(job, job_row(job, time.time(), names)) for job in in_order(jobs)]
    cells = shutil.get_terminal_size().columns
    if sys.stdout.isatty() and cells < ROOMY:
        _print_narrow([row for _, row in rows], cells)
        return
    columns = ("what", "state", ">done", ">rate", ">left", "stage", "device", "since", ">took")
    print_table(
        (">id", *columns, ">tries", "waits for", "error"),
        [
            (
                *(row.job_id, row.what, row.state, row.done, row.rate, row.eta, row.stage),
                *(row.device, row.since, row.took, row.attempts),
                *(job.waits_for or "", job.error or ""),
            )
            for job, row in rows
        ],
    )


def _print_narrow(rows: Sequence[JobRow], cells: int) -> None:
    """Print what tells jobs apart and what is to be known of each, cut to the terminal."""
    half = max(12, (cells - 50) // 2)
    print_table(
        (">id", "what", "state", ">done", ">left", ""),
        [
            (
                *(row.job_id, cut(row.short, half + 10), cut(row.words, 18), row.done, row.eta),
                brief(remark_of(row), half),
            )
            for row in rows
        ],
    )


@command.command("show")
@_jobs
@click.option("--text", is_flag=True, help="Print lines for people instead of JSON.")
@pass_context
def show(context: Context, job_ids: Sequence[int], text: bool) -> None:
    """Print everything about jobs as JSON."""
    with context.open() as workspace:
        jobs = [queue.status(workspace, job_id) for job_id in job_ids]
        if not text:
            print_json(jobs)
            return
        for job in jobs:
            _print_facts(workspace, job)


@command.command("cancel")
@_jobs
@click.option("--force", is_flag=True, help="Kill at once (SIGKILL).")
@pass_context
def cancel(context: Context, job_ids: Sequence[int], force: bool) -> None:
    """Stop jobs; what they have finished is kept."""
    said = "was killed" if force else "was asked to stop"
    _each(context, job_ids, lambda w, i: queue.cancel(w, i, force=force), said)


@command.command("retry", short_help="Queue jobs again; they go on where they stopped.")
@click.argument("job_ids", metavar="[ID...]", type=JOB_ID, nargs=-1)
@click.option("--lost", is_flag=True, help="All jobs whose process is gone.")
@pass_context
def retry(context: Context, job_ids: Sequence[int], lost: bool) -> None:
    """Queue failed, cancelled or lost jobs again; they go on where they stopped."""
    if bool(job_ids) == lost:
        raise click.UsageError("Name the jobs, or pass --lost for all that are lost.")
    if not lost:
        _each(context, job_ids, queue.retry, "is queued again")
        return
    with context.open() as workspace:
        again = queue.retry_lost(workspace)
    for job in again:
        say(f"Job {job.id} is queued again.")
    if not again:
        say("No job is lost.")


@command.command("hold")
@_jobs
@pass_context
def hold(context: Context, job_ids: Sequence[int]) -> None:
    """Keep queued jobs from starting until they are released."""
    _each(context, job_ids, queue.hold, "is held")


@command.command("release")
@_jobs
@pass_context
def release(context: Context, job_ids: Sequence[int]) -> None:
    """Let held jobs start."""
    _each(context, job_ids, queue.release, "is released")


@command.command("move")
@click.argument("job_id", metavar="ID", type=JOB_ID)
@click.argument("where", type=click.Choice(["earlier", "later", "first", "last"]))
@pass_context
def move(context: Context, job_id: int, where: str) -> None:
    """Move a queued job by one place, or to an end of the queue."""
    by: Literal[-1, 1] = -1 if where in ("earlier", "first") else 1
    with context.open() as workspace:
        moved = queue.move(workspace, job_id, by)
        while where in ("first", "last") and queue.move(workspace, job_id, by):
            pass
    end = "first" if by < 0 else "last"
    say(f"Job {job_id} is moved." if moved else f"Job {job_id} is the {end} one already.")


@command.command(
    "priority",
    short_help="Give queued jobs a priority.",
    context_settings={"ignore_unknown_options": True},
)  # N may be -5
@click.argument("priority", metavar="N", type=PRIORITY)
@_jobs
@pass_context
def set_priority(context: Context, priority: int, job_ids: Sequence[int]) -> None:
    """Give queued jobs the priority N; higher goes first, and 0 is usual."""
    said = f"has priority {priority}"
    _each(context, job_ids, lambda w, i: w.jobs.set_priority(i, priority), said)


@command.command("delete", short_help="Delete records and logs of ended jobs.")
@_jobs
@pass_context
def delete(context: Context, job_ids: Sequence[int]) -> None:
    """Delete the records and logs of ended jobs; runs and files that they made stay."""
    _each(context, job_ids, queue.delete, "is deleted")


@command.command("logs")
@click.argument("job_id", metavar="ID", type=JOB_ID)
@click.option("-f", "--follow", is_flag=True, help="Go on until the job ends.")
@click.option("-n", "--lines", type=click.IntRange(min=0), help="Begin with the last N lines.")
@pass_context
def logs(context: Context, job_id: int, follow: bool, lines: int | None) -> None:
    """Print a job's log."""
    with context.open() as workspace:
        queue.status(workspace, job_id)
        path = queue.log_path(workspace, job_id)
        position = 0 if lines is None else _print_tail(path, lines)
        while True:
            ended = queue.status(workspace, job_id).state in queue.ENDED
            position = _print_from(path, position, to_the_end=ended or not follow)
            if ended or not follow:
                return
            time.sleep(0.3)


@command.command("diff", short_help="Print how the code differed from its commit.")
@click.argument("job_id", metavar="ID", type=JOB_ID)
@pass_context
def diff(context: Context, job_id: int) -> None:
    """Print how the code differed from its commit when a job was queued: a patch."""
    with context.open() as workspace:
        text = workspace.jobs.diff(job_id)
    if not text:
        say(f"Job {job_id} was queued where nothing differed from a commit.")
    elif sys.stdout.isatty():
        for line in text.splitlines():
            click.echo(diff_line(line))
    else:
        click.echo(text.encode(), nl=False)  # as bytes: nothing is taken out of a patch


def _each(
    context: Context,
    job_ids: Sequence[int],
    act: Callable[[Workspace, int], object],
    said: str,
) -> None:
    """Do something to every job; one that refuses does not keep the others from it.

    Raises the first refusal at the end.
    """
    refused: JobError | StoreError | None = None
    with context.open() as workspace:
        for job_id in dict.fromkeys(job_ids):
            try:
                act(workspace, job_id)
                say(f"Job {job_id} {said}.")
            except (JobError, StoreError) as error:
                if refused is not None:
                    say(str(refused))
                refused = error
    if refused is not None:
        raise refused


def _print_facts(workspace: Workspace, job: Job) -> None:
    names = names_of(workspace.datasets.all())
    facts = job_facts(
        job,
        job_row(job, time.time(), names),
        children=workspace.jobs.children(job.id),
        command=job_command(job, str(workspace.path.resolve()), names),
        diff=workspace.jobs.diff(job.id),
        log_path=str(queue.log_path(workspace, job.id)),
    )
    click.echo(f"job {job.id}")
    for name, value in facts:
        click.echo(f"  {name:<16}  {value}" if value else f" {name}")


def _print_tail(path: Path, lines: int) -> int:
    """Print the last lines and return where what follows begins."""
    tail = read_tail(path, PAGE_BYTES, lines)
    for line in tail.lines:
        click.echo(line)
    return tail.size_bytes


def _print_from(path: Path, position: int, *, to_the_end: bool) -> int:
    """Print what was added, whole lines only unless `to_the_end`; return where it ends."""
    if not path.exists():
        return position
    with path.open("rb") as log:
        log.seek(position)
        while page := log.read(PAGE_BYTES):
            whole = len(page) if to_the_end else page.rfind(b"\n") + 1
            if to_the_end and len(page) == PAGE_BYTES:
                whole = page.rfind(b"\n") + 1 or len(page)
            for line in page[:whole].decode("utf-8", "replace").splitlines():
                click.echo(indented(line))
            position += whole
            log.seek(position)
            if not whole:
                break
    return position
