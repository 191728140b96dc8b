"""Asks under which name a file is written; the ending says what it becomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.modals.target import target
from workbench.presenters.text import plain
from workbench.widgets.hollow import Rows
from workbench.widgets.path_field import PathField

KEYS = "Enter write   Tab complete   Esc cancel"


class FileNameDialog(ModalScreen[Path | None]):
    """Returns the path, or None.

    `endings` are those that can be written, `command` the same thing from the shell.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False, id="filename.cancel")
    ]
    DEFAULT_CSS = """
    FileNameDialog {
        background: transparent; align: left bottom;
        & > Rows { background: $panel; width: 100%; height: auto; padding: 0 1; }
        & Static { height: 1; color: $quiet; text-wrap: nowrap; }
        & PathField { height: 1; padding: 0; background: $panel; }
        & #file-title, & #file-command { height: auto; text-wrap: wrap; }
        & #file-error { color: $text-error; text-style: bold; }
    }
    """

    def __init__(
        self,
        title: str,
        path: Path,
        *,
        endings: tuple[str, ...] = (),
        command: Callable[[Path], str] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._path = title, path
        self._endings, self._command = endings, command

    def compose(self) -> ComposeResult:
        """Lay out the title, the field, the command, the error and the keys."""
        with Rows():
            yield Static(Content(plain(self._title)), id="file-title")
            yield PathField()
            if self._command is not None:
                yield Static(id="file-command")
            yield Static(id="file-error")
            yield Static(Content(KEYS))

    def on_mount(self) -> None:
        """Begin with the name that is proposed."""
        field = self.query_one(PathField)
        field.value = str(self._path)
        field.cursor_position = len(field.value)
        field.focus()

    def on_input_changed(self, event: PathField.Changed) -> None:
        """Show the command that does the same."""
        event.stop()
        for line in self.query("#file-command").results(Static):
            assert self._command is not None
            line.update(Content(f"From the shell: {plain(self._command(Path(event.value)))}"))

    def on_input_submitted(self, event: PathField.Submitted) -> None:
        """Return the path unless it is taken, or nothing is written under such a name."""
        event.stop()
        path = target(event.value)
        if isinstance(path, str):
            self._refuse(path)
        elif self._endings and path.suffix.lower() not in self._endings:
            self._refuse(f"{path.name}: name a file that ends in {' or '.join(self._endings)}.")
        elif self.is_current:
            self.dismiss(path)

    def action_cancel(self) -> None:
        """Close without writing."""
        self.dismiss(None)

    def _refuse(self, reason: str) -> None:
        self.query_one("#file-error", Static).update(Content(plain(reason)))
