"""Line 1: the tabs, the host, the jobs."""

from __future__ import annotations

import socket

from textual import events
from textual.reactive import reactive

from workbench.presenters.shell import noted, tab_line, tab_titles
from workbench.presenters.text import plain
from workbench.widgets.text_line import TextLine


class TabLine(TextLine):
    """Shows where the user is; a click on a tab goes there. `note` stands before the jobs."""

    badge: reactive[str] = reactive("0 jobs")
    active: reactive[str] = reactive("home")

    def __init__(self, active: str, host: str | None = None, note: str = "") -> None:
        super().__init__()
        name = plain(host if host is not None else socket.gethostname().partition(".")[0])
        self._host, self._note = name, note
        self.set_reactive(TabLine.active, active)

    def watch_badge(self) -> None:
        """Draw the line again."""
        self._draw()

    def on_resize(self) -> None:
        """Draw the line for the new width."""
        self._draw()

    async def on_click(self, event: events.Click) -> None:
        """Go to the tab that was clicked."""
        at = 1
        badge = noted(self._note, self.badge)
        for name, title in tab_titles(self.active, badge, self.size.width):
            at += len(title) + 2
            if event.x < at:
                await self.run_action(f"screen.go_{name}")
                return

    def _draw(self) -> None:
        if self.size.width:
            cells = self.size.width
            self.line = tab_line(self.active, self._host, self.badge, cells, self._note)
