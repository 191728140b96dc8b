"""The overlay in which the command palette is typed."""

from __future__ import annotations

from textual.command import CommandPalette
from textual.widgets import Input


class QuietPalette(CommandPalette):
    """A palette whose cursor does not blink: that would send bytes for as long as it is open."""

    def on_mount(self) -> None:
        """Let the cursor stand."""
        self.query_one(Input).cursor_blink = False
