"""Asks before one key changes many cases."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class ConfirmMany(ModalScreen[bool]):
    """Returns True for Enter or `y`; every other key means no."""

    AUTO_FOCUS = None
    DEFAULT_CSS = """
    ConfirmMany {
        background: transparent; align: left bottom;
        & > Static { background: $panel; width: 100%; height: 1; padding: 0 1; }
    }
    """

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay out the one line."""
        text = Content.assemble(
            (self._question, "bold"), "   ", ("Enter", "bold $text-accent"), " yes   Esc no"
        )
        yield Static(text)

    def on_key(self, event: events.Key) -> None:
        """Close with the answer."""
        event.stop()
        event.prevent_default()
        if self.is_current:
            self.dismiss(event.key in ("enter", "y"))
