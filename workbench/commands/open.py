"""Opening the terminal workbench."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from workbench.commands.context import Context
from workbench.commands.output import say
from workbench.compute.errors import JobError
from workbench.presenters.presence import WISHES, present_sentence
from workbench.session.colours import choose_colours
from workbench.session.presence import end, present
from workbench.session.terminal_probe import NAMED, probe
from workbench.views.deep_link import DeepLink
from workbench.widgets.picture_mode import PROBED, in_browser
from workbench.workers.process import host_name


def has_terminal() -> bool:
    """Say whether there is a person at both ends; a web server in between has pipes."""
    return in_browser(os.environ) or (sys.stdin.isatty() and sys.stdout.isatty())


def ask_for_pictures() -> None:
    """Ask the terminal what it draws, and leave the answer where the face looks for it."""
    found = probe(os.environ)
    if found is not None and found.answered:
        os.environ |= {PROBED: found.names, NAMED: found.name}


def open_workbench(context: Context, link: DeepLink) -> None:
    """Open the TUI on the workspace, at what a link leads to."""
    if not has_terminal():
        raise JobError(
            "The workbench needs a terminal: use a command such as `workbench runs` in scripts."
        )
    while True:
        with ExitStack() as held:
            here = context if context.readonly else _beside_others(context, held)
            left = _run(here, link)
        if not isinstance(left, Path):
            raise click.exceptions.Exit(left)
        context, link = replace(context, workspace=left), DeepLink()


def _beside_others(context: Context, held: ExitStack) -> Context:
    """Ask what to do where the workspace is open in another terminal."""
    other = held.enter_context(present(context.workspace, context.who()))
    if other is None or in_browser(os.environ):  # a browser has no keys to ask for yet
        return context
    say(present_sentence(other, host_name()))
    while True:
        click.echo(f"{WISHES} ", err=True, nl=False)
        wish = click.getchar()
        click.echo(err=True)
        if wish in ("\r", "\n"):
            return replace(context, readonly=True)
        if wish == "b":
            return context
        if wish in ("q", "\x1b"):
            raise click.exceptions.Exit(0)
        if wish == "t" and end(other):
            held.enter_context(present(context.workspace, context.who()))
            return context
        if wish == "t":
            say("It cannot be ended from here: quit it where it runs.")


def _run(context: Context, link: DeepLink) -> int | Path:
    choose_colours(context.color, os.environ)  # before the terminal library is imported
    image_mode = context.image_mode
    if context.ascii and image_mode in ("auto", "kitty"):
        image_mode = "half-block"  # which becomes its brightness; kitty has placeholder letters
    elif image_mode == "auto":
        ask_for_pictures()
    gc.disable()  # what is imported is no garbage, and is never looked through for some
    from workbench.start import run_app

    gc.freeze()
    gc.enable()
    return run_app(
        context.workspace,
        link,
        annotator=context.who(),
        blind=context.blind,
        readonly=context.readonly,
        image_mode=image_mode,
        color=context.color,
        ascii=context.ascii,
        mouse=context.mouse,
        debug=context.debug,
        data=(*((context.data,) if context.data else ()), Path.cwd()),
    )
