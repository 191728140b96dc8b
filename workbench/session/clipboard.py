"""Keeps what was copied last in a file of the workspace: not every terminal takes it."""

from __future__ import annotations

from pathlib import Path

from workbench.session.errors import told
from workbench.views.copies import Sent

FILE = "clipboard.txt"


class Clipboard:
    """`clipboard.txt`; a read-only workspace keeps nothing."""

    def __init__(self, workspace: Path, *, readonly: bool) -> None:
        self.path = workspace / FILE
        self._readonly = readonly

    @told
    def take(self, text: str) -> tuple[str, Sent]:
        """Keep a text; returns what of it may be sent, and whether it is short enough for that."""
        from workbench.presenters.clipboard import LIMIT, harmless

        text = harmless(text)
        sent = 0 < len(text.encode("utf-8", "replace")) <= LIMIT
        return text, Sent(self._keep(text) if text else "", sent=sent)

    def _keep(self, text: str) -> str:
        """Write the text; returns the path, "" where nothing is written."""
        if self._readonly:
            return ""
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text(text + "\n", "utf-8", errors="replace")
        temporary.replace(self.path)
        return str(self.path)
