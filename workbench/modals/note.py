"""Edits the note of a case."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from workbench.widgets.hollow import Rows
from workbench.widgets.line_input import LineInput

MAX_CHARACTERS = 2000


class NoteEditor(ModalScreen[str | None]):
    """Returns the new note, or None if nothing is to be changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False, id="note.cancel")
    ]
    DEFAULT_CSS = """
    NoteEditor {
        background: transparent; align: left bottom;
        & > Rows { background: $panel; width: 100%; height: 3; padding: 0 1; }
        & Static { height: 1; color: $quiet; }
        & Input { height: 1; padding: 0; background: $panel; }
    }
    """

    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self._title = title
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out the title, the field and the keys."""
        with Rows():
            yield Static(Content(self._title))
            yield LineInput(
                self._note, max_length=MAX_CHARACTERS, select_on_focus=False, compact=True
            )
            yield Static(Content("Enter save   Esc cancel"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return what was typed."""
        event.stop()
        if self.is_current:
            self.dismiss(event.value.strip())

    def action_cancel(self) -> None:
        """Close without a change."""
        self.dismiss(None)
