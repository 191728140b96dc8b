"""`workbench doctor`: what this terminal, machine and workspace are like, and what to set."""

from __future__ import annotations

import os
import shutil
import sys
from typing import cast

import click

from workbench.commands.context import Context, pass_context
from workbench.commands.open import ask_for_pictures
from workbench.commands.output import print_json, say
from workbench.session.colours import choose_colours, colours_because, colours_sent
from workbench.session.door import Session
from workbench.views.doctor import TerminalLook
from workbench.widgets.picture_mode import PictureMode, drawing


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, as_json: bool) -> int:
    """Look at terminal, colours, clipboard, pictures, GPUs, disk and jobs; say what to set.

    The exit code is 1 if something is bad.
    """
    from workbench.presenters.doctor import doctor_lines, doctor_summary
    from workbench.session.doctor import examine, worst

    with context.open() as workspace:
        session = Session(workspace, annotator=context.who(), readonly=context.readonly)
        try:
            checks = examine(session, _look(context))
        finally:
            session.backups.close()
    if as_json:
        print_json(checks)
    else:
        for line in doctor_lines(checks, shutil.get_terminal_size((100, 24)).columns):
            click.echo(line.text)
        say(f"{doctor_summary(checks)}.")
    return int(worst(checks) == "bad")


def _look(context: Context) -> TerminalLook:
    choose_colours(context.color, os.environ)
    mode = cast(PictureMode, context.image_mode)
    if mode == "auto":
        ask_for_pictures()
    return TerminalLook(
        size=_size(),
        colours=colours_sent(_colour_system()),
        because=colours_because(os.environ, context.color),
        pictures=drawing(mode, os.environ),
        mode=mode,
    )


def _size() -> tuple[int, int] | None:
    if not sys.stdout.isatty():
        return None
    columns, rows = os.get_terminal_size(sys.stdout.fileno())
    return columns, rows


def _colour_system() -> str | None:
    from rich.console import Console

    if os.environ.get("NO_COLOR"):
        return None
    forced = os.environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    return forced if forced != "auto" else Console(force_terminal=True).color_system
