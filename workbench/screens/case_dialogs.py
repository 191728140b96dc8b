"""The dialogs of Cases and Triage: the history, and writing the view to a file."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from store.records import CaseCounts
from workbench.modals.export import ExportChoice, ExportDialog
from workbench.modals.history import HistoryDialog
from workbench.presenters.case_scope import history_row
from workbench.presenters.text import plain
from workbench.screens.case_screen import CaseScreen
from workbench.screens.compare_source import place_at
from workbench.views.case import HistoryRow

if TYPE_CHECKING:
    from workbench.jobs.export_file import ExportResult


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
        if self.loaded is None or self.source is None:
            self.say("There is no case to compare.", "warn")
            return
        view, query_id = self.source.view, self.loaded.case.query_id
        read = partial(place_at, self.session, view, query_id, self.shell.place.compare)
        self.fetch(read, self.shell.open_compare, group="dialog")

    def action_export(self) -> None:
        """Write this view to a file."""
        source = self.source
        if source is None:
            self.say("There is nothing to write yet.", "warn")
            return

        def show(counts: CaseCounts) -> None:
            dialog = ExportDialog(
                self.session,
                source.view,
                source.run,
                counts=counts,
                total=source.total,
                marked=self.marked(),
            )
            self.app.push_screen(dialog, self._export)

        self.fetch(source.counts, show, group="dialog")

    def _export(self, choice: ExportChoice | None) -> None:
        if choice is None:
            return
        cases = self.session.cases

        def write() -> ExportResult:
            if choice.path.parent == cases.exports_dir:
                with suppress(OSError):
                    choice.path.parent.mkdir(exist_ok=True)
            return cases.export(
                choice.view,
                choice.path,
                format=choice.format,
                spreadsheet_safe=choice.spreadsheet_safe,
            )

        def written(done: ExportResult) -> None:
            self.say(f"Wrote {done.rows:,} rows to {plain(str(done.path))}", "good")

        self.say(f"Writing {plain(str(choice.path))} ..", "busy")
        self.fetch(write, written, group="export")
