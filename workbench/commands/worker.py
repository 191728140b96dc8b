"""`workbench worker`: run queued jobs in the foreground."""

from __future__ import annotations

import logging
import signal

import click

from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import say
from workbench.compute.errors import JobError


@click.command("worker", epilog=examples("workbench worker --device cuda:0 --stay"))
@click.option(
    "--device",
    default="auto",
    show_default=True,
    help="auto (the freest GPU; the processor without one), cpu, cpu:1, cuda (any GPU), cuda:1 ...",
)
@click.option("--stay", is_flag=True, help="Do not end when the queue is empty.")
@pass_context
def command(context: Context, device: str, stay: bool) -> None:
    """Run queued jobs until there are none; for systemd, Slurm or a second terminal.

    A stopped worker (SIGTERM, Ctrl+C) puts its job back into the queue, to go on later. When its
    terminal is closed it works on until the queue is empty.
    """
    from workbench.workers.placement import WISHES
    from workbench.workers.worker import Worker

    if not WISHES.fullmatch(device):
        raise click.UsageError("--device takes auto, cpu, cpu:1, cuda or cuda:0.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with context.open() as workspace:
        worker = Worker(workspace, device, stay=stay)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        signal.signal(signal.SIGHUP, worker.leave_when_idle)
        ended = worker.run()
        left = workspace.jobs.queued_count()
    if ended == "taken":
        raise JobError(f"Another worker has the device {device}: its jobs go on there.")
    say(f"{left} jobs are queued." if left else "The queue is empty.")
    if ended == "stopped":
        raise click.exceptions.Exit(130)
