"""The one line of a terminal that is too small."""

from __future__ import annotations

from textual.widget import Widget

NEEDED = (60, 16)


class TooSmall(Widget):
    """Says the needed size; jobs and saved state are not touched."""

    def render(self) -> str:
        """Return the sentence."""
        return f"The workbench needs {NEEDED[0]}x{NEEDED[1]}; jobs go on."
