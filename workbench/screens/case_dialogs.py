"""The dialogs of Cases and Triage: the history, and writing the view to a file."""

from __future__ import annotations

from functools import partial

from workbench.presenters.case_scope import history_row
from workbench.screens.case_screen import CaseScreen
from workbench.views.case import HistoryRow


class CaseDialogs(CaseScreen):
    """Opens dialogs and does what they return."""

    def jump(self, row: HistoryRow) -> None:
        """Go to the case of a decision."""
        raise NotImplementedError

    def marked(self) -> list[int]:
        """Return the cases marked in the list."""
        return []

    def action_history(self) -> None:
        """Show the newest decisions; Enter goes to the case of one."""
        from workbench.modals.history import HistoryDialog

        def show(rows: tuple[HistoryRow, ...]) -> None:
            self.app.push_screen(HistoryDialog(rows), chosen)

        def chosen(row: HistoryRow | None) -> None:
            if row is not None:
                self.jump(row)

        def read() -> tuple[HistoryRow, ...]:
            decisions = self.session.labels.history(500)
            return tuple(history_row(d, self.session.taxonomy) for d in decisions)

        self.fetch(read, show, group="dialog")

    def action_compare(self) -> None:
        """Compare this run with another one, beginning at the case that is shown."""
        from workbench.screens.compare_source import place_at

        if self.loaded is None or self.source is None:
            self.say("There is no case to compare.", "warn")
            return
        view, query_id = self.source.view, self.loaded.case.query_id
        read = partial(place_at, self.session, view, query_id, self.shell.place.compare)
        self.fetch(read, self.shell.open_compare, group="dialog")

    def action_export(self) -> None:
        """Write this view to a file."""
        from workbench.screens.case_export import ask_export

        source = self.source
        if source is None:
            self.say("There is nothing to write yet.", "warn")
            return
        ask_export(self, source, self.marked())
