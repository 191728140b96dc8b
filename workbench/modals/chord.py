"""The menu of second keys that `g` and `o` open; it waits as long as it takes."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from workbench.views.keys import BACKWARDS, CHORDS, Key
from workbench.views.line import Line, Span
from workbench.widgets.text_line import TextLine


class ChordMenu(ModalScreen[str]):
    """Returns the chosen verb as an action; any other key closes it and returns ""."""

    AUTO_FOCUS = None
    DEFAULT_CSS = """
    ChordMenu {
        background: transparent;
        align: left bottom;
        & > TextLine { background: $panel; color: $foreground; width: 100%; padding: 0 1; }
    }
    """

    def __init__(self, prefix: str, entries: tuple[tuple[str, Key], ...]) -> None:
        super().__init__()
        self._prefix = prefix
        self._entries = entries
        self._chosen = False

    def compose(self) -> ComposeResult:
        """Lay out the one line."""
        yield TextLine()

    def on_mount(self) -> None:
        """Fill the line."""
        spans = [Span(f"{self._prefix} {CHORDS[self._prefix]}: ", "accent")]
        for pressed, key in self._entries:
            spans += [Span(pressed, "strong"), Span(f" {key.label}  ")]
        self.query_one(TextLine).line = Line((*spans, Span("Esc", "dim")))

    def on_key(self, event: events.Key) -> None:
        """Close with the verb of the key, once: a line that bunches keys may bring two at once."""
        event.stop()
        event.prevent_default()
        if self.is_current and not self._chosen:
            self._chosen = True
            self.dismiss(self._verb(event.character or ""))

    def _verb(self, typed: str) -> str:
        """Return the verb of a key; a capital sorts the other way round."""
        for pressed, key in self._entries:
            if pressed == typed:
                return key.id
            if pressed.upper() == typed and key.id in BACKWARDS:
                return f"{key.id}(True)"
        return ""
