"""Asks under which name a plot is written; the ending says what it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.widgets.path_field import PathField

KEYS = "Enter write   Tab complete   Esc cancel"


class PlotFileDialog(ModalScreen[Path | None]):
    """Returns the path, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False, id="plotfile.cancel")
    ]
    DEFAULT_CSS = """
    PlotFileDialog {
        background: transparent; align: left bottom;
        & > Vertical { background: $panel; width: 100%; height: 4; padding: 0 1; }
        & Static { height: 1; color: $quiet; text-wrap: nowrap; }
        & PathField { height: 1; padding: 0; background: $panel; }
        & #plot-file-error { color: $text-error; text-style: bold; }
    }
    """

    def __init__(self, title: str, path: Path, *, pictures: bool) -> None:
        super().__init__()
        self._title, self._path = title, path
        self._advice = (
            ".png or .svg draws it, .csv has its numbers"
            if pictures
            else ".csv has its numbers; .png and .svg need matplotlib (extra: plots)"
        )

    def compose(self) -> ComposeResult:
        """Lay out the title, the field, the error and the keys."""
        with Vertical():
            yield Static(Content(f"Write {self._title}: {self._advice}"))
            yield PathField()
            yield Static(id="plot-file-error")
            yield Static(Content(KEYS))

    def on_mount(self) -> None:
        """Begin with the name that is proposed."""
        field = self.query_one(PathField)
        field.value = str(self._path)
        field.cursor_position = len(field.value)
        field.focus()

    def on_input_submitted(self, event: PathField.Submitted) -> None:
        """Return the path unless it is taken."""
        event.stop()
        path = Path(event.value.strip()).expanduser()
        if path.exists():
            error = Content(f"{path.name or path} exists: choose another name.")
            self.query_one("#plot-file-error", Static).update(error)
        elif self.is_current:
            self.dismiss(path)

    def action_cancel(self) -> None:
        """Close without writing."""
        self.dismiss(None)
