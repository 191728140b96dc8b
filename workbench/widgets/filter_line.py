"""The line in which a filter is typed; it lies over a rule, so that nothing moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from workbench.widgets.line_input import LineInput


class FilterLine(LineInput):
    """Takes a filter; red while the last one typed is not understood."""

    DEFAULT_CSS = """
    FilterLine { height: 1; padding: 0 1; background: $panel; display: none; }
    FilterLine.-open { display: block; }
    FilterLine.-wrong, FilterLine.-wrong:focus { background: $error 35%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False, id="filter.close")
    ]

    @dataclass
    class Asked(Message):
        """A filter was typed and Enter pressed."""

        text: str

    @dataclass
    class Closed(Message):
        """The line was closed without a filter."""

    def __init__(self, *, id: str | None = None) -> None:
        example = 'rank>10 cat:CNT status:undecided "red cap" !dog'
        super().__init__(placeholder=example, compact=True, select_on_focus=False, id=id)

    def open(self, text: str) -> None:
        """Show the line with the filter that is in force."""
        self.value = text
        self.cursor_position = len(text)
        self.remove_class("-wrong")
        self.add_class("-open")
        # At once, not once it is idle: the next key may already be waiting.
        self.screen.set_focus(self)

    def close(self) -> None:
        """Hide the line."""
        self.remove_class("-open", "-wrong")

    def refuse(self) -> None:
        """Show that the filter is not understood."""
        self.add_class("-wrong")

    def action_close(self) -> None:
        """Close without a change."""
        self.close()
        self.post_message(self.Closed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask for the filter."""
        event.stop()
        self.post_message(self.Asked(event.value.strip()))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take the red away once the text is changed."""
        event.stop()
        self.remove_class("-wrong")
