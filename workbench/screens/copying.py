"""The verbs of the menu that `y` opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.screens.frame import WorkbenchScreen

if TYPE_CHECKING:
    from workbench.views.copies import Copies, CopyName, Sent


class Copying(WorkbenchScreen):
    """A screen with something to copy under its cursor."""

    def copying(self) -> Callable[[], Copies] | None:
        """Return what reads the texts, in a thread; None where there is nothing."""
        raise NotImplementedError

    def action_copy_id(self) -> None:
        """Copy the id."""
        self._copy("id", "Id")

    def action_copy_text(self) -> None:
        """Copy the caption, or the command of a job."""
        self._copy("text", "Text")

    def action_copy_path(self) -> None:
        """Copy the path of the image, or of the log."""
        self._copy("path", "Path")

    def action_copy_row(self) -> None:
        """Copy the row with tabs between its fields."""
        self._copy("row", "Row")

    def action_copy_link(self) -> None:
        """Copy the command that opens the workbench here."""
        self._copy("link", "Link")

    def action_copy_view(self) -> None:
        """Copy the command that opens this list."""
        self._copy("view", "View")

    def _copy(self, name: CopyName, what: str) -> None:
        from workbench.modals.copied import hand_over

        read = self.copying()
        if read is None:
            self.say("There is nothing to copy here.", "warn")
            return

        def keep() -> tuple[str, Sent]:
            return self.session.clipboard.take(getattr(read(), name))

        def show(found: tuple[str, Sent]) -> None:
            text, sent = found
            if not text:
                self.say(f"{what}: this has none.", "warn")
                return
            if sent.sent:
                self.say(f"{what} sent to your terminal.")
            hand_over(self, what, text, sent)

        self.fetch(keep, show, group="copy")
