"""The menu of second keys that `g`, `o` and `y` open; it waits as long as it takes."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.screen import ModalScreen

from workbench.views.keys.chords import BACKWARDS, CHORDS
from workbench.views.keys.key import Key
from workbench.views.line import Line, Span
from workbench.widgets.text_line import TextLine


class ChordMenu(ModalScreen[None]):
    """Shows the second keys; the app closes it at any key, and runs the verb of one of them."""

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

    def compose(self) -> ComposeResult:
        """Lay out as many lines as the width makes of the entries."""
        for line in _lines(self._prefix, self._entries, self.app.size.width - 2):
            row = TextLine()
            row.line = line
            yield row

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.refresh(recompose=True)

    def verb(self, typed: str) -> str:
        """Return the verb of a key as an action, or ""; a capital sorts the other way round."""
        for pressed, key in self._entries:
            if pressed == typed:
                return key.id
            if pressed.upper() == typed and key.id in BACKWARDS:
                return f"{key.id}(True)"
        return ""


def _lines(prefix: str, entries: tuple[tuple[str, Key], ...], cells: int) -> list[Line]:
    """Return the entries in lines that are at most so wide; an entry is never cut in two."""
    parts: list[tuple[Span, ...]] = [(Span(f"{prefix} {CHORDS[prefix]}: ", "accent"),)]
    parts += [(Span(pressed, "strong"), Span(f" {key.label}  ")) for pressed, key in entries]
    parts += [(Span("Esc", "dim"),)]
    rows: list[list[Span]] = [[]]
    for part in parts:
        used = sum(cell_len(span.text) for span in (*rows[-1], *part))
        if used > cells and rows[-1]:
            rows.append([])
        rows[-1] += part
    return [Line(tuple(row)) for row in rows]
