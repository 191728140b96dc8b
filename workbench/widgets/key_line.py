"""The last line: the keys that matter most here."""

from __future__ import annotations

from workbench.presenters.shell import key_line
from workbench.views.keys.hints import hints_of
from workbench.widgets.text_line import TextLine


class KeyLine(TextLine):
    """Shows as many hints of a screen as fit, and `? all`."""

    def __init__(self, screen: str) -> None:
        super().__init__()
        self._hints = hints_of(screen)

    def show_hints(self, hints: tuple[tuple[str, str], ...]) -> None:
        """Show other hints, for instance while a text field is open."""
        self._hints = hints
        self.on_resize()

    def on_resize(self) -> None:
        """Choose the hints that fit the new width."""
        if self.size.width:
            self.line = key_line(self._hints, self.size.width)
