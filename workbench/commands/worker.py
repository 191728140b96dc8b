"""`workbench worker`: run queued jobs in the foreground."""

from __future__ import annotations

import logging
import signal

import click

from workbench.commands.context import Context, pass_context
from workbench.commands.output import say
from workbench.compute.errors import JobError


@click.command("worker")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda:0 ...")
@pass_context
def command(context: Context, device: str) -> None:
    """Run queued jobs until there are none; for systemd, Slurm or a second terminal.

    A stopped worker (SIGTERM, Ctrl+C) puts its job back into the queue, to go on later.
    """
    from workbench.workers.worker import Worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with context.open() as workspace:
        worker = Worker(workspace, device)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        ended = worker.run()
        left = workspace.jobs.queued_count()
    if ended == "taken":
        raise JobError(f"Another worker has the device {device}: its jobs go on there.")
    say(f"{left} jobs are queued." if left else "The queue is empty.")
    if ended == "stopped":
        raise click.exceptions.Exit(130)
