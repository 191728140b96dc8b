"""What the forms share: a title, rows of fields, a line for errors, keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.views.line import Tone
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.status_line import StatusLine
from workbench.widgets.text_line import TextLine

W = TypeVar("W")


class FormOverlay(ModalScreen[W | None]):
    """A form over the screen: Enter starts, Tab goes on, Esc cancels.

    Its keys stand in the place of those of the screen, which do not work meanwhile.
    """

    TITLE_TEXT: ClassVar[str] = ""
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Enter", "start"),
        ("Tab", "next"),
        ("Shift+Tab", "previous"),
        ("Left Right", "choose"),
        ("Esc", "cancel"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("enter", "start", show=False),
    ]
    DEFAULT_CSS = """
    FormOverlay {
        background: $background 60%;
        align: center middle;
        & > Rows { width: 100%; max-width: 110; height: auto; background: $surface; }
        & .row { height: 1; width: 1fr; }
        & .row > Static { width: 13; padding: 0 1; color: $quiet; }
        & .row:focus-within > Static { color: $text-accent; text-style: bold; }
        & .hint { height: auto; max-height: 4; padding: 0 1 0 13; color: $quiet; }
        & .gap { height: 1; }
        & > #form-keys { dock: bottom; width: 100%; background: $panel; }
    }
    """

    def fields(self) -> Iterable[tuple[str, Widget]]:
        """Return the fields with their names; a field without a name is a hint."""
        return ()

    def start(self) -> None:
        """Check what was typed and dismiss with it, or `refuse`."""

    def compose(self) -> ComposeResult:
        """Lay out title, fields, error and keys."""
        with Rows():
            yield TextLine(id="form-title")
            yield Static(classes="gap")
            for name, field in self.fields():
                if name:
                    with Columns(classes="row"):
                        yield Static(name, markup=False)
                        yield field
                else:
                    yield field
            yield Static(classes="gap")
            yield StatusLine()
        yield TextLine(id="form-keys")

    def on_resize(self, event: events.Resize) -> None:
        """Fit title and keys."""
        cells = min(110, event.size.width)
        self.query_one("#form-title", TextLine).line = rule(self.TITLE_TEXT, cells)
        self.query_one("#form-keys", TextLine).line = key_line(
            self.KEYS, event.size.width, end=False
        )

    def refuse(self, sentence: str, tone: Tone = "bad") -> None:
        """Say why the form cannot start."""
        self.query_one(StatusLine).say(sentence, tone)

    def on_input_submitted(self) -> None:
        """Start from a text field too."""
        if self.is_current:
            self.start()

    def action_start(self) -> None:
        """Start."""
        self.start()

    def action_cancel(self) -> None:
        """Close without starting anything."""
        self.dismiss(None)
