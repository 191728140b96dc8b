"""The history of decisions, from any screen: Enter goes to the case of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from store.records.decision import Decision
from workbench.presenters.text import plain
from workbench.screens.reading import SessionScreen
from workbench.session import Session, SessionError
from workbench.views.case import HistoryRow
from workbench.views.case_view import CaseView, Direction

SHOWN = 500
CAPTION = 300


def show_history(screen: SessionScreen, jump: Callable[[HistoryRow], None]) -> None:
    """Show the newest decisions; `jump` goes to the case of the one that is chosen."""
    from workbench.modals.history import HistoryDialog

    session = screen.session

    def read() -> tuple[HistoryRow, ...]:
        return history_rows(session, session.labels.history(SHOWN))

    def show(rows: tuple[HistoryRow, ...]) -> None:
        screen.app.push_screen(HistoryDialog(rows), chosen)

    def chosen(row: HistoryRow | None) -> None:
        if row is not None:
            jump(row)

    screen.fetch_to_open(read, show)


def history_rows(session: Session, decisions: Sequence[Decision]) -> tuple[HistoryRow, ...]:
    """Present decisions, newest first, with the caption, the run and the label before."""
    from workbench.presenters.case_scope import decided, history_row

    names: dict[int, str] = {}
    for dataset_id in {one.dataset_id for one in decisions}:
        names |= session.library.names(dataset_id)
    captions = session.labels.queries(decisions)
    last: dict[tuple[int, str, int, str], Decision] = {}
    rows = []
    for one in reversed(decisions):
        key = one.dataset_id, one.direction, one.query_id, one.annotator
        before, last[key] = last.get(key), one
        row = history_row(one, session.taxonomy)
        rows.append(
            replace(
                row,
                caption=plain(captions.get((one.direction, one.query_id), "")[:CAPTION]),
                run=names.get(one.run_id or 0, ""),
                before=decided(before, session.taxonomy) if before and before.categories else "",
            )
        )
    return tuple(reversed(rows))


def view_of(session: Session, row: HistoryRow) -> CaseView:
    """Return the case of a decision in the newest run on its data set.

    Raises SessionError where there is none.
    """
    runs = [run for run in session.library.runs() if run.dataset_id == row.dataset_id]
    if not runs:
        raise SessionError("No run is left on the data set of that case.")
    way: Direction = "i2t" if row.direction == "i2t" else "t2i"
    return CaseView(runs[0].id, way, f"id:{row.query_id}")
