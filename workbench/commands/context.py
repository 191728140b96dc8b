"""What the group's options say, handed to every command."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path

import click

from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.compute.slice_words import know_slices
from workbench.presenters.text import cut


@dataclass(frozen=True, slots=True)
class Context:
    """The options in front of a command."""

    workspace: Path
    annotator: str | None = None
    blind: bool = False
    readonly: bool = False
    image_mode: str = "auto"
    color: str = "auto"
    ascii: bool = False
    mouse: bool = True
    data: Path | None = None
    debug: bool = False

    def open(self, *, create: bool = False) -> Workspace:
        """Open the workspace; a command that only reads does not make one."""
        if create and self.readonly:
            raise JobError("This command writes to the workspace: leave out --readonly.")
        workspace = Workspace(self.workspace, create=create, read_only=self.readonly)
        know_slices(workspace)
        return workspace

    def sees(self) -> str | None:
        """Whose decisions count: with --blind one's own only, else the newest by anyone (None)."""
        return self.who() if self.blind else None

    def whose(self, by: str | None) -> str | None:
        """Say whose decisions count where `by` may name somebody; refuses others with --blind."""
        if self.blind and by and by != self.who():
            raise click.UsageError("--by shows other people's labels: leave out --blind.")
        return by or self.sees()

    def who(self) -> str:
        """Name the annotator: the option, else the login name."""
        if self.annotator:
            return self.annotator
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "anonymous"


class WrongId(JobError):
    """What was typed where an id is wanted is none."""


class RowId(click.ParamType[int]):
    """The id of a row, from `least` on; `listing` is the command that shows the ids there are."""

    name = "id"
    MOST = 2**63 - 1
    SHOWN = 80

    def __init__(self, what: str, listing: str, least: int = 1) -> None:
        self.what, self.listing, self.least = what, listing, least

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read an id; raises WrongId, whose sentence names what was typed and where."""
        text = str(value)
        digits = text.isascii() and text.isdigit() and len(text) <= len(str(self.MOST))
        if digits and self.least <= int(text) <= self.MOST:
            return int(text)
        where = f"{param.opts[0]}: " if isinstance(param, click.Option) else ""
        raise WrongId(
            f'{where}"{cut(text, self.SHOWN)}" is no {self.what}: give its id, a number from '
            f"{self.least} on, which `workbench {self.listing}` lists."
        )


class Text(click.ParamType[str]):
    """What is typed, but for bytes that are no text, which no database and no page can hold."""

    name = "text"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Take a text; wrong use where it is not UTF-8."""
        text = str(value)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            self.fail(f"{text!a} is no text in UTF-8: type it anew", param, ctx)
        return text


def only_text(command: click.Command) -> None:
    """Let the texts of a command, and of those below it, be text; names of files may be any bytes.

    One place for all: an option that is forgotten would end in a fault.
    """
    for param in command.params:
        if isinstance(param.type, click.types.StringParamType):
            param.type = TEXT
    if isinstance(command, click.Group):
        for below in command.commands.values():
            only_text(below)


TEXT = Text()
RUN_ID = RowId("run", "runs")
JOB_ID = RowId("job", "jobs")
QUERY_ID = RowId("query", "failures RUN")
CAPTIONING_ID = RowId("captioning", "captions")
CLUSTER_ID = RowId("cluster", "clusters RUN", least=0)
pass_context = click.make_pass_decorator(Context)
