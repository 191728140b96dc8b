"""Opening the terminal workbench."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from workbench.commands.context import Context
from workbench.compute.errors import JobError
from workbench.session.colours import choose_colours
from workbench.session.terminal_probe import NAMED, probe
from workbench.views.case_view import Direction
from workbench.widgets.picture_mode import PROBED


def has_terminal() -> bool:
    """Say whether there is a person at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask_for_pictures() -> None:
    """Ask the terminal what it draws, and leave the answer where the face looks for it."""
    if (found := probe(os.environ)) is not None and found.answered:
        os.environ |= {PROBED: found.names, NAMED: found.name}


def open_workbench(
    context: Context,
    start: str = "",
    *,
    run_id: int | None = None,
    direction: Direction = "t2i",
    filter: str | None = None,
    query_id: int | None = None,
    job_id: int | None = None,
    compare: tuple[int, int] | None = None,
) -> None:
    """Open the TUI on the workspace; `start` names the tab, "" the last one."""
    if not has_terminal():
        raise JobError(
            "The workbench needs a terminal: use a command such as `workbench runs` in scripts."
        )
    choose_colours(context.color, os.environ)  # before the terminal library is imported
    image_mode = context.image_mode
    if context.ascii and image_mode in ("auto", "kitty"):
        image_mode = "half-block"  # which becomes its brightness; kitty has placeholder letters
    elif image_mode == "auto":
        ask_for_pictures()
    from workbench.app import run_app

    code = run_app(
        context.workspace,
        start,
        run_id=run_id,
        direction=direction,
        filter=filter,
        query_id=query_id,
        job_id=job_id,
        compare=compare,
        annotator=context.who(),
        blind=context.blind,
        readonly=context.readonly,
        image_mode=image_mode,
        color=context.color,
        ascii=context.ascii,
        mouse=context.mouse,
        data=(*((context.data,) if context.data else ()), Path.cwd()),
    )
    raise click.exceptions.Exit(code)
