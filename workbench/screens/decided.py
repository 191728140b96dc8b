"""The history of decisions, from any screen: Enter goes to the case of one."""

from __future__ import annotations

from collections.abc import Callable

from workbench.screens.reading import SessionScreen
from workbench.session import Session, SessionError
from workbench.views.case import HistoryRow
from workbench.views.case_view import CaseView, Direction


def show_history(screen: SessionScreen, jump: Callable[[HistoryRow], None]) -> None:
    """Show the newest decisions; `jump` goes to the case of the one that is chosen."""
    from workbench.modals.history import HistoryDialog
    from workbench.presenters.case_scope import history_row

    session = screen.session

    def read() -> tuple[HistoryRow, ...]:
        decisions = session.labels.history(500)
        return tuple(history_row(decision, session.taxonomy) for decision in decisions)

    def show(rows: tuple[HistoryRow, ...]) -> None:
        screen.app.push_screen(HistoryDialog(rows), chosen)

    def chosen(row: HistoryRow | None) -> None:
        if row is not None:
            jump(row)

    screen.fetch(read, show, group="dialog")


def view_of(session: Session, row: HistoryRow) -> CaseView:
    """Return the case of a decision in the newest run on its data set.

    Raises SessionError where there is none.
    """
    runs = [run for run in session.library.runs() if run.dataset_id == row.dataset_id]
    if not runs:
        raise SessionError("No run is left on the data set of that case.")
    way: Direction = "i2t" if row.direction == "i2t" else "t2i"
    return CaseView(runs[0].id, way, f"id:{row.query_id}")
