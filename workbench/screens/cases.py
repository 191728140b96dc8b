"""Cases: the filtered, sorted list of a run's queries, with the case under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from store.records import CaseCounts, Decision
from workbench.presenters.case_scope import history_row, scope_line
from workbench.presenters.cases import progress
from workbench.screens.case_moves import CaseMoves
from workbench.screens.case_queue import state_of
from workbench.screens.case_source import CaseSource, Loaded
from workbench.session import Session, SessionError
from workbench.views.case import CaseRow
from workbench.views.case_view import CaseView
from workbench.views.pulse import Pulse
from workbench.widgets.bindings import bindings
from workbench.widgets.case_list import CaseList
from workbench.widgets.case_pane import CasePane
from workbench.widgets.case_progress import CountsLine
from workbench.widgets.case_side import CaseSide, HistoryLines
from workbench.widgets.case_text import Rule
from workbench.widgets.case_words import CasePreview
from workbench.widgets.filter_line import FilterLine
from workbench.widgets.scope_line import ScopeLine

REST_S = 0.08
"""How long the cursor rests before the case under it is read."""


class CasesScreen(CaseMoves):
    """The list on the left or above, the case beside or below it."""

    NAME = "cases"
    AUTO_FOCUS = "CaseList"
    BINDINGS = bindings("cases")
    DEFAULT_CSS = """
    CasesScreen {
        #cases-main { height: 1fr; }
        #cases-left { width: 1fr; height: 1fr; }
        CaseList { height: 1fr; }
        CasePane, CaseSide { display: none; }
        &.-narrow.-pictures {
            #cases-main { layout: vertical; }
            #cases-left { height: 1fr; }
            CasePreview, #preview-title { display: none; }
            CasePane { display: block; height: 15; width: 1fr; }
            CasePane HitList, CasePane RanksPanel, CasePane LabelPanel { display: none; }
        }
        &.-narrow.-hidden { CasePreview, #preview-title { display: none; } }
        &.-medium, &.-wide {
            CasePreview, #preview-title { display: none; }
            CasePane { display: block; border-left: vkey $panel-lighten-2; }
            #cases-left { width: 48%; max-width: 66; }
            &.-hidden #cases-left { width: 1fr; max-width: 100%; }
            &.-hidden CasePane { display: none; }
        }
        &.-medium CasePane LabelPanel { height: 3; }
        &.-wide {
            CaseSide { display: block; border-left: vkey $panel-lighten-2; }
            CasePane LabelPanel, CasePane RanksPanel { display: none; }
            &.-hidden CaseSide { display: none; }
        }
        &.-tall CasePane {
            QueryWords { height: 3; }
            SaysWords { height: 3; }
            HitList { height: 5; }
        }
        &.-tall.-wide CasePane HitList { height: 10; }
    }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._timer: Timer | None = None

    def body(self) -> Iterable[Widget]:
        """Lay out scope, list, preview, case, side and counts."""
        yield ScopeLine(id="scope")
        yield Rule(id="cases-rule")
        yield FilterLine()
        with Horizontal(id="cases-main"):
            with Vertical(id="cases-left"):
                yield CaseList(self._rows)
                yield Rule(id="preview-title")
                yield CasePreview()
            yield CasePane()
            yield CaseSide()
        yield CountsLine()

    def on_mount(self) -> None:
        """Begin with the text preview."""
        self.add_class("-text")
        self.cases.empty_text = "reading .."

    # Reading ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the view again; after Triage with the cursor on the case it was left at."""
        if self.under_modal:
            self.under_modal = False
            return
        self.set_picture_mode()
        place = self.shell.place
        now = self.source.view if self.source else None
        elsewhere = place.view is not None and (now is None or place.view.run_id != now.run_id)
        keep = place.query_id if elsewhere or self.in_triage else None
        self.in_triage = False
        self.open_view(place.view if elsewhere else now, keep=keep)

    def open_view(
        self,
        view: CaseView | None,
        *,
        keep: int | None = None,
        widen: bool = False,
    ) -> None:
        """Show another view; the old one stays where the new one cannot be read."""

        def read() -> CaseSource | None:
            if view is None:
                return CaseSource.first(self.session)
            try:
                if widen:
                    return CaseSource.widened(self.session, view)
                return CaseSource.open(self.session, view)
            except SessionError:
                if self.source is not None:
                    raise
                return CaseSource.first(self.session)

        def show(source: CaseSource | None) -> None:
            self._opened(source, keep)
            if source is not None and view is not None and source.view.filter != view.filter:
                words = source.view.filter or "none"
                self.say(f"Nothing fits {view.filter} there: the filter is now {words}.")

        self.fetch(read, show, group="view")

    def _opened(self, source: CaseSource | None, keep: int | None) -> None:
        if source is None:
            self.cases.empty_text = "No run yet: g h goes Home, + evaluates a model."
            self.cases.show(np.empty(0, dtype=np.int64))
            return
        changed = self.source is None or source.view != self.source.view
        self.source = source
        self._queue = None
        self.cases.empty_text = "No case fits this filter: / changes it, Esc clears it."
        if changed:
            self.cases.clear_marks()
        self.cases.show_clusters = source.clustered
        self.cases.show(source.ids, keep=self.cases.current if keep is None else keep)
        if not len(source.ids):
            self._hold(None)
            self._draw()
        self._draw_scope(source)
        self._count()

    def _rows(self, ids: NDArray[np.int64]) -> Sequence[CaseRow]:
        if self.source is None:
            return ()
        try:
            return self.source.rows(ids)
        except SessionError as error:
            self.say_error(error)
            return ()

    def _count(self) -> None:
        source = self.source
        if source is None:
            return

        def show(counts: CaseCounts) -> None:
            self.counts = dict(counts.by_category)
            self.query_one(CountsLine).show(progress(counts, self.session.taxonomy))
            self.show_labels()

        self.fetch(source.counts, show, group="counts")
        self.fetch(partial(self.session.labels.history, 6), self._show_history, group="history")

    def _show_history(self, decisions: Sequence[Decision]) -> None:
        rows = tuple(history_row(d, self.session.taxonomy) for d in decisions)
        self.query_one(HistoryLines).show(rows)

    def pulsed(self, pulse: Pulse) -> None:
        """Count again when something was committed; under another screen wait for the resume.

        A repaint below another screen repaints all of what lies above it.
        """
        if self.app.screen is self:
            self._count()

    # The case under the cursor ---------------------------------------------------------------

    def on_case_list_row_highlighted(self, message: CaseList.RowHighlighted) -> None:
        """Read the case once the cursor rests."""
        if self._timer is not None:
            self._timer.stop()
        if message.query_id is not None:
            self._timer = self.set_timer(REST_S, self._rested)

    def on_case_list_row_selected(self, message: CaseList.RowSelected) -> None:
        """Triage from the case that was opened."""
        self.action_triage()

    def _rested(self) -> None:
        source, query_id = self.source, self.cases.current
        if source is None or query_id is None:
            return
        self.shell.leave_at(source.view, query_id)
        self.fetch(partial(source.load, query_id), self._show_loaded, group="detail")

    def _show_loaded(self, loaded: Loaded) -> None:
        if loaded.case.query_id == self.cases.current:
            before = self.loaded.case.query_id if self.loaded else None
            self._hold(loaded, moved=before != loaded.case.query_id)
            self._draw()

    def _hold(self, loaded: Loaded | None, *, moved: bool = True) -> None:
        lost = self.hold(loaded)
        if lost or (moved and self.toggled):
            now = f"{lost} {self.toggled_sentence()}" if self.toggled else lost
            self.say(now.strip(), "warn" if lost else "")

    def _draw(self) -> None:
        self.show_case()
        sheet = self.loaded.sheet if self.loaded else None
        self.query_one(CasePreview).show(sheet, self.step)
        self.query_one("#preview-title", Rule).show(sheet.title if sheet else "")

    def _step_to(self, step: int) -> None:
        super()._step_to(step)
        self.query_one(CasePreview).show(self.loaded.sheet if self.loaded else None, self.step)

    def _draw_scope(self, source: CaseSource) -> None:
        counts = (len(source.ids), source.total)
        mode = "multi" if self.toggled is not None else ""
        write = partial(scope_line, source.run, source.view, counts, mode)
        self.query_one(ScopeLine).show(write)

    def show_labels(self) -> None:
        """Draw the label panels, and on line 2 whether several are taken."""
        super().show_labels()
        if self.source is not None:
            self._draw_scope(self.source)

    # What labels change ----------------------------------------------------------------------

    def is_shown(self) -> bool:
        """Say whether the case under the cursor is the one that was read and drawn."""
        loaded, source = self.loaded, self.source
        if loaded is None or source is None or loaded.case.query_id != self.cases.current:
            return False
        return loaded.sheet.direction == source.view.direction

    def toggled_sentence(self) -> str:
        """Say what Enter would save, and for how many marked cases."""
        n = len(self.cases.marks)
        return super().toggled_sentence() + (f" for {n:,} marked" if n else "")

    def targets(self) -> list[int]:
        """Return the marked cases, else the one under the cursor."""
        current = [] if self.cases.current is None else [self.cases.current]
        return self.marked() or current

    def marked(self) -> list[int]:
        """Return the cases marked in the list."""
        return sorted(self.cases.marks)

    def labelled(self, decisions: Sequence[Decision], *, advance: bool) -> None:
        """Repaint the rows and read the case again."""
        self._changed(decisions)
        if self.cases.marks and advance:
            self.cases.clear_marks()

    def taken_back(self, decisions: Sequence[Decision]) -> None:
        """Go to the case whose label was changed, if it is in the list."""
        self._changed(decisions)
        if len(decisions) == 1:
            self.go_to(decisions[0].query_id)

    def _changed(self, decisions: Sequence[Decision]) -> None:
        self.cases.reload(d.query_id for d in decisions)
        if self._queue is not None:
            for decision in decisions:
                state = state_of(decision.categories, decision.verdict)
                self._queue.set([decision.query_id], state)
        self._rested()
        self._count()
