"""What was copied: the text itself, for terminals that do not take it; any key closes."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen

from workbench.presenters.rule import remark, rule
from workbench.presenters.text import plain
from workbench.presenters.wrap import wrapped
from workbench.views.copies import Sent
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Line, Span
from workbench.widgets.hollow import Rows
from workbench.widgets.text_block import TextBlock

WIDTH, ROWS = 76, 8


def hand_over(screen: Screen[Any], what: str, text: str, sent: Sent) -> None:
    """Send a text to the terminal unless it is too long for that, and show what became of it."""
    if sent.sent:
        screen.app.copy_to_clipboard(text)
    if screen.is_current:
        screen.app.push_screen(CopiedOverlay(what, text, sent))


class CopiedOverlay(ModalScreen[None]):
    """Shows the text and where it went."""

    AUTO_FOCUS = None
    DEFAULT_CSS = f"""
    CopiedOverlay {{
        background: transparent;
        align: right bottom;
        & > Rows {{
            width: {WIDTH}; max-width: 100%; height: auto; background: $panel; padding: 0 1;
        }}
        & TextBlock {{ height: {ROWS + 4}; max-height: {ROWS + 4}; }}
    }}
    """

    def __init__(self, what: str, text: str, sent: Sent) -> None:
        super().__init__()
        self._what, self._text, self._sent = what, text, sent

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with Rows():
            yield TextBlock()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the text to the width, as high as it needs."""
        block = self.query_one(TextBlock)
        cells = min(WIDTH, event.size.width) - 2
        lines = self._lines(cells)
        block.styles.height = len(lines)
        block.show(lambda *_: lines)

    def on_key(self, event: events.Key) -> None:
        """Close."""
        event.stop()
        event.prevent_default()
        if self.is_current:
            self.dismiss(None)

    def on_click(self) -> None:
        """Close."""
        if self.is_current:
            self.dismiss(None)

    def _lines(self, cells: int) -> list[Line]:
        rows = wrapped(plain(self._text), cells)
        more = [remark(f"and {len(rows) - ROWS} more lines", cells)] if len(rows) > ROWS else []
        return [
            rule(
                f"{self._what} {'sent to your terminal' if self._sent.sent else 'not sent'}", cells
            ),
            *(Line((Span(row),)) for row in rows[:ROWS]),
            *more,
            *(Line((Span(row, "dim"),)) for row in wrapped(self._kept(), cells)),
        ]

    def _kept(self) -> str:
        where = "also in clipboard.txt of the workspace" if self._sent.kept else "kept nowhere"
        if not self._sent.sent:
            return f"too long; {where}"
        return f"{where}; nothing arrived? {shown_key('doctor')} says why"
