"""The dialogs of Cases and Triage: comparing, and writing the view to a file."""

from __future__ import annotations

from functools import partial

from workbench.screens.case_screen import CaseScreen


class CaseDialogs(CaseScreen):
    """Opens dialogs and does what they return."""

    def marked(self) -> list[int]:
        """Return the cases marked in the list."""
        return []

    def action_compare(self) -> None:
        """Compare this run with another one, beginning at the case that is shown."""
        from workbench.screens.compare_source import place_at

        if self.loaded is None or self.source is None:
            self.say("There is no case to compare.", "warn")
            return
        view, query_id = self.source.view, self.loaded.case.query_id
        read = partial(place_at, self.session, view, query_id, self.shell.trail.place.compare)
        self.fetch_to_open(read, self.shell.trail.open_compare)

    def action_export(self) -> None:
        """Write this view to a file."""
        from workbench.screens.case_export import ask_export

        source = self.source
        if source is None:
            self.say("There is nothing to write yet.", "warn")
            return
        ask_export(self, source, self.marked())
