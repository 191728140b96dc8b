"""The line in which a search is typed; what is searched stands before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from workbench.views.place import Way
from workbench.widgets.hollow import Columns
from workbench.widgets.line_input import LineInput

LEADS: dict[Way, str] = {"meaning": "images of", "words": "captions with"}
EXAMPLE = "a sentence, in the language of the captions"


class SentenceField(LineInput):
    """The text of a search; Esc and Down go back to what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,down", "leave", "To the list", show=False, id="sentence.leave")
    ]

    @dataclass
    class Left(Message):
        """The field was left without a search."""

    def __init__(self) -> None:
        super().__init__(placeholder=EXAMPLE, compact=True, select_on_focus=False)

    def action_leave(self) -> None:
        """Leave without a search."""
        self.post_message(self.Left())


class SentenceLine(Columns):
    """A lead that says where is searched, and the field."""

    DEFAULT_CSS = """
    SentenceLine {
        height: 1;
        & > Static { width: auto; padding: 0 1; color: $quiet; }
        & > SentenceField { height: 1; padding: 0; width: 1fr; background: $panel; border: none; }
        & > SentenceField:focus { border: none; background: $block-cursor-blurred-background; }
    }
    """

    @dataclass
    class Asked(Message):
        """A text was typed and Enter pressed."""

        text: str

    _lead = LEADS["meaning"]

    def compose(self) -> ComposeResult:
        """Lay out the lead and the field."""
        yield Static(LEADS["meaning"])
        yield SentenceField()

    @property
    def typing(self) -> bool:
        """Whether keys go into the field."""
        return self.query_one(SentenceField).has_focus

    def show(self, way: Way, text: str, image: str = "") -> None:
        """Show what was searched for and where; an image by its name, which is safe to print."""
        lead = f"images like {image}, or of" if image else LEADS.get(way, LEADS["meaning"])
        if lead != self._lead:  # an update lays the whole screen out again
            self._lead = lead
            self.query_one(Static).update(Content(lead))
        field = self.query_one(SentenceField)
        field.value = text
        if field.has_focus:
            field.action_select_all()
        else:
            field.cursor_position = len(text)

    def open(self) -> None:
        """Give the keys to the field at once: the next one may already be waiting.

        Its text is selected, as in the location bar of a browser: typing replaces it.
        """
        field = self.query_one(SentenceField)
        self.screen.set_focus(field)
        field.action_select_all()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask for the search."""
        event.stop()
        self.post_message(self.Asked(event.value.strip()))
