"""Triage: one case after another, one key each, committed before the next one comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from textual.widget import Widget

from store.records.case import CaseCounts
from store.records.decision import Decision
from workbench.presenters.case_scope import explained, sort_name, triage_line
from workbench.presenters.concord import concord_lines
from workbench.presenters.label_panel import progress
from workbench.presenters.pace import Pace
from workbench.presenters.text import plain
from workbench.screens.case_choosing import NO_CASE, CaseChoosing
from workbench.screens.case_looking import BANDS
from workbench.screens.case_queue import SKIPPED, UNDECIDED, CaseQueue
from workbench.screens.case_screen import TOO_SOON
from workbench.screens.case_source import CaseSource, Loaded
from workbench.screens.frame import WorkbenchScreen
from workbench.screens.panes import Pane
from workbench.session import Session
from workbench.views.case import HistoryRow
from workbench.views.case_view import CaseView, Direction
from workbench.views.concord import Concord
from workbench.views.keys.in_use import shown_key
from workbench.widgets.bindings import bindings
from workbench.widgets.case_foot import CaseFoot
from workbench.widgets.case_pane import CasePane
from workbench.widgets.case_side import CaseSide
from workbench.widgets.case_summary import CaseSummary
from workbench.widgets.case_words import SaysWords
from workbench.widgets.filter_line import CaseFilterLine
from workbench.widgets.hollow import Columns
from workbench.widgets.scope_line import ScopeLine

TEN = 10
"""Cases that a page goes."""


class TriageScreen(CaseChoosing):
    """Goes through the cases of a list; the list then takes the case it was left at."""

    NAME = "triage"
    OVER = "#triage-line"
    AUTO_FOCUS = ""
    PANES = (
        Pane("CasePane"),
        Pane("#case-hits", "SaysWords, WhyWords, RanksPanel", rows=1),
        BANDS,
    )
    BINDINGS = bindings("triage")
    DEFAULT_CSS = """
    TriageScreen {
        #triage-main { height: 1fr; }
        CaseSide { display: none; }
        CaseSummary { display: none; }
        &.-ended CaseSummary { display: block; }
        &.-ended #triage-main { display: none; }
        &.-no-pictures, &.-flat {
            #case-pictures { display: none; }
            CasePane SaysWords { height: 1fr; }
            CasePane.i2t #case-pictures { display: block; }
        }
        &.-flat CasePane LabelPanel { height: 2; }
        &.-middle CasePane {
            QueryWords { min-height: 3; }
            SaysWords, HitList { height: 3; }
        }
        &.-wide {
            CaseSide { display: block; border-left: vkey $rule; }
            CasePane LabelPanel, CasePane RanksPanel { display: none; }
            &.-zoom CasePane LabelPanel, &.-zoom CasePane RanksPanel { display: block; }
        }
        &.-tall CasePane {
            QueryWords { min-height: 4; }
            SaysWords { height: 5; }
            HitList { height: 5; }
        }
        &.-vast CaseFoot { display: block; }
        &.-ended CaseFoot { display: none; }
        &.-tall.-wide CasePane HitList { height: 10; }
    }
    """

    def __init__(
        self,
        session: Session,
        source: CaseSource,
        query_id: int,
        leave: Callable[[CaseView, int], None],
        *,
        here: bool = False,
    ) -> None:
        super().__init__(session)
        self._here = here
        self._leave = leave
        self.source: CaseSource | None = source
        self._from = source
        self._start = query_id
        self._asked: int | None = None
        self._pace = Pace()
        self._state = UNDECIDED
        self.queue: CaseQueue | None = None
        self.at = 0

    def head(self) -> Widget:
        """Return line 1: how far the queue is."""
        return ScopeLine(id="triage-line")

    def body(self) -> Iterable[Widget]:
        """Lay out the case and the panels beside it."""
        yield CaseFilterLine(
            self.session.taxonomy.names(), self.slice_words, blind=self.session.blind
        )
        yield from self.above()
        with Columns(id="triage-main"):
            yield CasePane()
            yield CaseSide()
        yield CaseFoot()
        yield CaseSummary()

    def above(self) -> Iterable[Widget]:
        """Return what stands between line 1 and the case."""
        return ()

    def reload(self) -> None:
        """Read again which cases are undecided, and the case that is shown."""
        if self.under_modal:
            self.under_modal = False
            return
        self.set_picture_mode()
        self.fetch(partial(self.read_queue, self._from), self._queued, group="queue")

    def read_queue(self, source: CaseSource) -> CaseQueue:
        """Read what is left to decide of a list; for a thread."""
        return CaseQueue.of(source)

    def _queued(self, queue: CaseQueue) -> None:
        first = self.queue is None
        self.queue = queue
        self._pace.begin(self.session.clock())
        if first:
            self.at = queue.index(self._start) or 0
            if words := explained(self._from.view.filter, self._from.names):
                self.say(words)
            if not self._here and not queue.is_undecided(self.at) and queue.undecided:
                self.at = queue.next(self.at) or 0
        self._load()
        self._count()
        if first:
            self.count_below()

    @property
    def _left(self) -> int:
        return self.queue.undecided if self.queue is not None else 0

    def open_view(self, view: CaseView) -> None:
        """Go through the cases of another view, from this case on if it is one of them."""
        before = self._from
        here = self.current if view.direction == before.view.direction else NO_CASE

        def show(source: CaseSource) -> None:
            if not len(source.ids):
                self.say(f"No case fits {plain(view.filter)}: the queue is as it was.", "warn")
                return
            self._start = self._start if here is None else here
            self._from = self.source = source
            self.queue = None
            self.remove_class("-ended")
            self.reload()

        def read() -> CaseSource:
            source = CaseSource.open(self.session, view)
            return source if before.other is None else source.beside(before.other.run.id)

        self.fetch(read, show, group="queue")

    def order_by(self, sort: str) -> None:
        """Go through the same cases in another order, from this one on."""
        super().order_by(sort)
        self.say(f"Order of the queue: {sort_name(sort)}.")

    # The case that is shown ------------------------------------------------------------------

    @property
    def current(self) -> int | None:
        """The query that is shown, or is being read."""
        if self.queue is None or not len(self.queue) or self.has_class("-ended"):
            return None
        return self.queue.ids[self.at]

    def _load(self) -> None:
        self._draw_line()
        if self.current is not None:
            self._leave(self._from.view, self.current)
            self.fetch(partial(self._from.load, self.current), self.show_loaded, group="detail")

    def show_loaded(self, loaded: Loaded) -> None:
        """Draw the case, and say what was not saved of the one before."""
        if lost := self.hold(loaded):
            self.say(lost, "warn")
        self.show_case()

    @property
    def mode(self) -> str:
        """Say whether a case takes one category or several."""
        return "single-label" if self.toggled is None else "multi-label"

    def _draw_line(self) -> None:
        if self.queue is not None:
            place, left = (self.at + 1, len(self.queue)), self.queue.undecided
            facts = (self._pace.left(left), self._pace.each, self._from.whose)
            write = partial(triage_line, self._from.view, place, left, facts, self.mode)
            self.query_one("#triage-line", ScopeLine).show(write)

    def show_labels(self) -> None:
        """Draw the label panels and whether one or several are taken."""
        super().show_labels()
        self._draw_line()

    def _count(self) -> None:
        self.fetch(self._from.counts, self._show_counts, group="counts")
        self.read_history()

    def _show_counts(self, counts: CaseCounts) -> None:
        self.counts = dict(counts.by_category)
        now = progress(counts, self.session.taxonomy, self._from.whose)
        self.query_one(CaseSummary).show(now)
        self.query_one(CaseFoot).show_progress(now, self._pace.sentence(self._left))
        super().show_labels()

    # Labelling and moving on -----------------------------------------------------------------

    def targets(self) -> list[int]:
        """Return the case that is shown."""
        return [self.current] if self.current is not None and self.is_shown() else []

    def no_target(self) -> str:
        """Say why there is nothing to label."""
        if self.current is None:
            return (
                "The queue is at its end: Enter reviews what was skipped, "
                f"{shown_key('back')} goes back."
            )
        return TOO_SOON

    def labelled(self, decisions: Sequence[Decision], *, advance: bool) -> None:
        """Go on to the next undecided case; after a note or a star stay."""
        if advance:
            self._pace.decided(self.session.clock())
        self._note_states(decisions)
        if advance and decisions[-1].verdict != "undecided":
            self._go_on()
        else:
            self._load()
        self._count()

    def taken_back(self, decisions: Sequence[Decision]) -> None:
        """Go back to the case whose label was changed; what it was before is read anew."""
        index = self.queue.index(decisions[-1].query_id) if self.queue and decisions else None
        if index is not None:
            self.go_to(index)
        self.fetch(partial(self.read_queue, self._from), self._restated, group="queue")
        self._count()

    def _restated(self, queue: CaseQueue) -> None:
        self.queue = queue
        self._draw_line()

    def _note_states(self, decisions: Sequence[Decision]) -> None:
        if self.queue is not None:
            self.queue.note(decisions)

    def _go_on(self) -> None:
        index = self.queue.next(self.at, state=self._state) if self.queue else None
        if index is None or (self._state == SKIPPED and index <= self.at):
            self._end()
        else:
            self.go_to(index)

    def go_to(self, index: int) -> None:
        """Show the case at a place of the queue."""
        self.remove_class("-ended")
        self.at = index
        self._load()

    def _end(self) -> None:
        self._state = UNDECIDED
        if self._zoomed:
            self.action_zoom()
        took = self._pace.whole()
        self.query_one(CaseSummary).took = f"   {took}" if took else ""
        self.add_class("-ended")
        self.call_after_refresh(self.settle_panes)
        self._draw_line()
        from workbench.session.concord import concords

        read = partial(concords, self.session, self._from.view)
        self.fetch(read, self._show_agreement, group="agreement")

    def _show_agreement(self, found: Sequence[Concord]) -> None:
        summary = self.query_one(CaseSummary)
        summary.agreement = concord_lines(found, self.session.taxonomy)
        summary.refresh()

    async def action_open(self) -> None:
        """Filter by a bar, save the toggled categories, at the end review what was skipped."""
        if self.narrowed_to_band():
            return
        if self.has_class("-ended"):
            index = self.queue.next(-1, state=SKIPPED) if self.queue else None
            if index is None:
                self.action_back()
            else:
                self._state = SKIPPED
                self.go_to(index)
        else:
            await self.commit_toggled()

    def move(self, pane: Pane, rows: int) -> None:
        """Go to another case without a decision on this one, or to another retrieved item."""
        if pane == self.PANES[0]:
            self._move(rows)
        else:
            super().move(pane, rows)

    def _page(self, share: float) -> None:
        self._step(TEN if share > 0 else -TEN)

    def _move(self, by: int) -> None:
        if self.queue is not None and len(self.queue):
            self.go_to(max(0, min(self.at + by, len(self.queue) - 1)))

    def action_next_undecided(self) -> None:
        """Go to the next undecided case."""
        self._to_undecided(backwards=False)

    def action_previous_undecided(self) -> None:
        """Go to the previous undecided case."""
        self._to_undecided(backwards=True)

    def _to_undecided(self, *, backwards: bool) -> None:
        index = self.queue.next(self.at, backwards=backwards) if self.queue else None
        if index is None:
            self.say("Every case of this list is decided or skipped.")
        else:
            self.go_to(index)

    def jump(self, row: HistoryRow) -> None:
        """Go to the case of a decision: in Cases, if this queue lacks it."""
        source = self._from
        if row.dataset_id != source.run.dataset_id:
            super().jump(row)
            return
        way: Direction = "i2t" if row.direction == "i2t" else "t2i"
        index = self.queue.index(row.query_id) if self.queue else None
        if index is None or way != source.view.direction:
            view = CaseView(source.view.run_id, way, f"id:{row.query_id}")
            self.shell.trail.open_case(view, row.query_id)
        else:
            self.go_to(index)

    def _zoom(self, seen: tuple[int, ...]) -> None:
        """Show the pictures large, or what was retrieved; without pictures all that is said."""
        super()._zoom(seen)
        if self.active_pane == self.PANES[0] and not self.query_one("#case-pictures").display:
            for says in self.query(SaysWords):
                says.remove_class("-away")

    def action_preview(self) -> None:
        """Show or hide the pictures; without them the captions have more room."""
        if self._zoomed:
            self.action_zoom()
        self.toggle_class("-no-pictures")

    def action_escape(self) -> None:
        """End multi-label, else nothing: q goes back."""
        if self.toggled is not None:
            self.action_multi_label()
        else:
            self.say(f"{shown_key('back')} goes back to the list.")

    def action_go_cases(self) -> None:
        """Go to Cases, also where that is the list below."""
        self._go_to("cases")

    def action_go_compare(self) -> None:
        """Go to Compare, also where that is what lies below."""
        self._go_to("compare")

    def _go_to(self, screen: str) -> None:
        if self.shell.trail.place.screen == screen:
            self.action_back()
        else:
            self.shell.trail.go(screen)

    def action_back(self) -> None:
        """Go back to the list; say there what was not saved."""
        lost = self.unsaved_sentence()
        self.app.pop_screen()
        if lost and isinstance(self.app.screen, WorkbenchScreen):
            self.app.screen.say(lost, "warn")
