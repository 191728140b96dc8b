"""`workbench restore`: the copies of the database, and putting one back."""

from __future__ import annotations

import click

from store.backups import Backup, backups
from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.compute.errors import JobError

OPEN = ("queued", "waiting", "running")


@click.command(
    "restore",
    epilog=examples("workbench restore", "workbench restore workbench-20260112T120431-512345678Z"),
)
@click.argument("name", metavar="[BACKUP]", default="")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, name: str, as_json: bool) -> None:
    """List the copies of the database, newest first; with BACKUP put that one back.

    Before, what is there now is copied as well, so that a restore can be taken back. Vectors,
    exports and logs stay as they are.
    """
    folder = context.workspace / "backups"
    found = backups(folder)
    if name:
        _restore(context, found, name)
    elif as_json:
        print_json(found)
    elif not found:
        say(f"{folder} has no copies yet: one is made at the start and every 200 decisions.")
    else:
        columns = ("backup", "made", ">decisions", "newest decision", ">runs", ">MB")
        print_table(columns, [_cells(one) for one in found])


def _restore(context: Context, found: list[Backup], name: str) -> None:
    chosen = next((one for one in found if name in (one.path.name, one.path.stem)), None)
    if chosen is None:
        raise JobError(f"There is no copy {name}: `workbench restore` lists them.")
    if chosen.n_decisions is None:
        raise JobError(f"{chosen.path} cannot be read: take another copy.")
    from workbench.workers import queue

    with context.open(create=True) as workspace:
        if at_work := [job.id for job in queue.listing(workspace) if job.state in OPEN]:
            raise JobError(
                f"Job {at_work[0]} is not finished: cancel it, or wait for it, before a restore."
            )
        before = workspace.restore(chosen.path)
    say(f"{chosen.path.name} is back. What was there before: workbench restore {before.stem}")


def _cells(one: Backup) -> tuple[str, ...]:
    if one.n_decisions is None:
        return (one.path.name, one.made_at, "--", "cannot be read", "--", "--")
    return (
        one.path.name,
        one.made_at,
        f"{one.n_decisions:,}",
        one.newest_decision or "--",
        f"{one.n_runs:,}",
        f"{one.n_bytes / 1e6:.1f}",
    )
