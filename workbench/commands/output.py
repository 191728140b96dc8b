"""What commands print: data to stdout, everything else to stderr.

Text from data sets is untrusted: tables show it through `plain`, JSON escapes it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from workbench.presenters.objects import jsonable
from workbench.presenters.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable


def say(message: str) -> None:
    """Tell the user something that is not data."""
    click.echo(plain(message), err=True)


def print_json(rows: Sequence[Any]) -> None:
    """Print one array of objects."""
    json.dump([jsonable(row) for row in rows], sys.stdout, indent=1, ensure_ascii=True)
    sys.stdout.write("\n")


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    title: str = "",
    *,
    err: bool = False,
) -> None:
    """Print a table; columns whose name starts with ">" are right-aligned.

    `err` is for a table that goes with the data but is not the data.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Piped output is for other programs: it is not cut to some terminal's width.
    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() else 10_000
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(
            Text(column.lstrip(">"), style="bold"),
            justify="right" if column.startswith(">") else "left",
            overflow="ellipsis",
            no_wrap=True,
        )
    for row in rows:
        table.add_row(*(Text(plain("" if cell is None else str(cell))) for cell in row))
    console = Console(width=width, highlight=False, stderr=err)
    if title:
        console.print(Text(plain(title)))
    console.print(table)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show stages with rate and remaining time: a bar on a terminal, plain lines when piped."""
    if not sys.stderr.isatty():
        yield _PlainProgress()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None, rate="")
        stage = ""

        def report(name: str, done: int, total: int) -> None:
            nonlocal stage
            if name != stage:
                stage = name
                bar.reset(task, total=total or None, description=plain(name), rate="")
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(task, completed=done, total=total or None, rate=rate)

        yield report


class _PlainProgress:
    """A line a stage."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, name: str, done: int, total: int) -> None:
        if name and name != self._stage:
            self._stage = name
            say(f"{name} ({total:,})" if total else name)
