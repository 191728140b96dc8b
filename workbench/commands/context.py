"""What the group's options say, handed to every command."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path

import click

from store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Context:
    """The options in front of a command."""

    workspace: Path
    annotator: str | None = None
    blind: bool = False
    readonly: bool = False
    image_mode: str = "auto"
    debug: bool = False

    def open(self, *, create: bool = False) -> Workspace:
        """Open the workspace; a command that only reads does not make one."""
        return Workspace(self.workspace, create=create, read_only=self.readonly)

    def who(self) -> str:
        """Name the annotator: the option, else the login name."""
        if self.annotator:
            return self.annotator
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "anonymous"


pass_context = click.make_pass_decorator(Context)
