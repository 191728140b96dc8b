"""Cases: the filtered, sorted list of a run's queries, with the case under the cursor."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import partial

from textual.widget import Widget

from store.records.case import CaseCounts
from workbench.presenters.case_scope import scope_line
from workbench.presenters.label_panel import progress
from workbench.screens.case_choosing import NO_CASE
from workbench.screens.case_listing import CaseListing
from workbench.screens.case_looking import BANDS
from workbench.screens.case_source import CaseSource
from workbench.screens.panes import Pane
from workbench.session import Session, SessionError
from workbench.views.case_view import CaseView, Direction
from workbench.views.keys.in_use import shown_key
from workbench.widgets.bindings import bindings
from workbench.widgets.case_foot import CaseFoot
from workbench.widgets.case_list import CaseList
from workbench.widgets.case_pane import CasePane
from workbench.widgets.case_progress import CountsLine
from workbench.widgets.case_side import CaseSide
from workbench.widgets.case_text import Rule
from workbench.widgets.case_words import CasePreview, note_word
from workbench.widgets.filter_line import CaseFilterLine
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.scope_line import ScopeLine


class CasesScreen(CaseListing):
    """The list on the left or above, the case beside or below it."""

    NAME = "cases"
    AUTO_FOCUS = "CaseList"
    PANES = (
        Pane("CaseList"),
        Pane("CasePreview, CasePane", "#preview-title, #case-title, CaseSide", rows=1),
        BANDS,
    )
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
            CasePane { display: block; border-left: vkey $rule; }
            #cases-left { width: 48%; max-width: 66; }
            &.-hidden #cases-left { width: 1fr; max-width: 100%; }
            &.-hidden CasePane { display: none; }
        }
        &.-wide {
            CaseSide { display: block; border-left: vkey $rule; }
            CasePane LabelPanel, CasePane RanksPanel { display: none; }
            &.-hidden CaseSide { display: none; }
        }
        &.-flat CasePreview { min-height: 5; }
        &.-middle CasePane {
            QueryWords { min-height: 3; }
            SaysWords, WhyWords { height: 3; }
        }
        &.-tall CasePane {
            QueryWords { min-height: 4; }
            SaysWords { height: 4; }
            HitList { height: 5; }
            WhyWords { height: 3; }
        }
        &.-vast CaseFoot { display: block; }
        &.-tall.-wide CasePane HitList { height: 10; }
    }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._first_filters: dict[tuple[int, Direction], str] = {}

    @property
    def first_words(self) -> str:
        """The first filter that leaves cases: what the list opened with."""
        view = self.source.view if self.source is not None else None
        return self._first_filters.get((view.run_id, view.direction), "") if view else ""

    def body(self) -> Iterable[Widget]:
        """Lay out scope, list, preview, case, side and counts."""
        yield ScopeLine(id="scope")
        yield Rule(id="cases-rule")
        yield CaseFilterLine(
            self.session.taxonomy.names(), self.slice_words, blind=self.session.blind
        )
        with Columns(id="cases-main"):
            with Rows(id="cases-left"):
                yield CaseList(self.list_rows)
                yield Rule(id="preview-title")
                yield CasePreview()
            yield CasePane()
            yield CaseSide()
        yield CaseFoot()
        yield CountsLine()

    def on_mount(self) -> None:
        """Begin with the text preview."""
        self.add_class("-text")
        self.cases.empty_text = "Reading the cases .."

    # Reading ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the view again; after Triage with the cursor on the case it was left at."""
        if self.under_modal:
            self.under_modal = False
            return
        self.set_picture_mode()
        place = self.shell.trail.place
        now = self.source.view if self.source else None
        anew, self.shell.trail.anew = self.shell.trail.anew, False
        elsewhere = place.view is not None and (now is None or place.view.run_id != now.run_id)
        elsewhere = elsewhere or anew or (self.in_triage and place.view != now)
        there = NO_CASE if place.query_id is None else place.query_id
        keep = there if elsewhere or self.in_triage else None
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

        compared = self.shell.trail.place.compare

        known = self._first_filters

        def read() -> tuple[CaseSource, str] | None:
            source = listed()
            if source is None:
                return None
            first = known.get((source.view.run_id, source.view.direction))  # as long as it is there
            return paired(source), source.first_filter() if first is None else first

        def paired(source: CaseSource) -> CaseSource:
            if compared is None:
                return source
            partner = compared.partner(source.view.run_id)
            if partner is None or partner not in source.names:
                return source
            return source.beside(partner)

        def listed() -> CaseSource | None:
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

        def show(found: tuple[CaseSource, str] | None) -> None:
            if found is None:
                self.cases.empty_text = (
                    f"No run yet: {shown_key('go_home')} goes Home, + evaluates a model."
                )
                self.cases.show(array("q"))
                return
            source, first = found
            known[source.view.run_id, source.view.direction] = first
            self.opened(source, keep)
            self.count_below()
            if self.shell.trail.take_triage() and self.cases.current is not None:
                self.open_triage(source, self.cases.current, here=True)
            if view is not None and source.view.filter != view.filter:
                words = source.view.filter or "none"
                self.say(f"Nothing fits {view.filter} there: the filter is now {words}.")

        self.fetch(read, show, group="view")

    def show_counts(self, counts: CaseCounts) -> None:
        """Show how far the labelling is."""
        self.counts = dict(counts.by_category)
        whose = self.source.whose if self.source else ""
        now = progress(counts, self.session.taxonomy, whose)
        self.query_one(CountsLine).show(now)
        self.query_one(CaseFoot).show_progress(now)
        self.show_labels()

    # The case under the cursor ---------------------------------------------------------------

    def on_case_list_row_selected(self, message: CaseList.RowSelected) -> None:
        """Triage from the case that was opened."""
        self.action_triage()

    def draw(self) -> None:
        """Draw the loaded case, or that there is none."""
        self.show_case()
        sheet = self.loaded.sheet if self.loaded else None
        self.query_one(CasePreview).show(sheet, self.step)
        self.query_one("#preview-title", Rule).show(sheet.title if sheet else "", note_word(sheet))

    def _step_to(self, step: int) -> None:
        super()._step_to(step)
        self.query_one(CasePreview).show(self.loaded.sheet if self.loaded else None, self.step)

    def draw_scope(self, source: CaseSource) -> None:
        """Say on line 2 what is listed."""
        counts = (len(source.ids), source.total)
        mode = "multi" if self.toggled is not None else ""
        write = partial(scope_line, source.run, source.names, source.view, counts, mode)
        self.query_one(ScopeLine).show(write)

    def show_labels(self) -> None:
        """Draw the label panels, and on line 2 whether several are taken."""
        super().show_labels()
        if self.source is not None:
            self.draw_scope(self.source)
