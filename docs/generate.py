"""Writes docs/commands.md and docs/keys.md from the program itself; a test keeps them true.

Run as `python docs/generate.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from workbench.cli import COMMANDS, main
from workbench.views.keys.in_use import keys_of
from workbench.views.keys.screens import EVERY

DOCS = Path(__file__).parent


def commands_page() -> str:
    """Describe every command with its arguments and options."""
    context = click.Context(main, info_name="workbench", **main.context_settings)
    lines = [
        "# Commands",
        "",
        "Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 the work failed,",
        "2 wrong usage, 130 interrupted. Options of `workbench` itself stand before the command:",
        "",
        *_options(main, context),
    ]
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        lines += _command(command, context, name, level=2)
    return "\n".join(lines) + "\n"


def keys_page() -> str:
    """Describe every key, one table a screen."""
    lines = [
        "# Keys",
        "",
        "Digits only ever label. A key has the same meaning on every screen, but for `>`. `g h` is",
        "pressed one after the other. `?` shows this list on the screen, `:` finds every action by",
        "name.",
    ]
    for screen in EVERY:
        lines += ["", f"## {screen.title()}", "", "| key | what it does |", "| --- | --- |"]
        for key in keys_of(screen):
            lines.append(f"| `{_cell(key.shown)}` | {_cell(key.help)} |")
    return "\n".join(lines) + "\n"


def _command(command: click.Command, parent: click.Context, name: str, level: int) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    title = context.command_path.removeprefix("workbench ")
    yield from ("", f"{'#' * level} {title}", "", f"    {usage}", "")
    yield from (line.strip() for line in (command.help or "").strip().splitlines())
    typed = [line for line in (command.epilog or "").splitlines() if line.startswith("  ")]
    if typed:
        yield from ("", *(f"  {line}" for line in typed))
    options = list(_options(command, context))
    if options:
        yield from ("", *options)
    if isinstance(command, click.Group):
        for part in command.list_commands(context):
            inner = command.get_command(context, part)
            assert inner is not None
            yield from _command(inner, context, part, level + 1)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    yield from ("| option | meaning |", "| --- | --- |")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1]:
            yield f"| `{_cell(record[0])}` | {_cell(' '.join(record[1].split()))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES = {"commands.md": commands_page, "keys.md": keys_page}


if __name__ == "__main__":
    for page, make in PAGES.items():
        (DOCS / page).write_text(make(), encoding="utf-8")
