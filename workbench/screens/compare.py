"""Compare: run B against run A on the same queries, and the cases behind every number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from textual.widget import Widget

from workbench.presenters.compare_screen import opening
from workbench.screens.compare_looking import CompareLooking
from workbench.screens.compare_source import PairSource
from workbench.screens.evaluation import ask_evaluation, say_queued
from workbench.screens.panes import Pane
from workbench.session import FilterRefused, SessionError
from workbench.views.case_view import CaseView
from workbench.views.compare import Comparison
from workbench.views.place import ComparePlace
from workbench.widgets.bindings import bindings
from workbench.widgets.case_labels import LabelPanel
from workbench.widgets.case_list import CaseList
from workbench.widgets.case_progress import StatusCounts
from workbench.widgets.case_text import Rule
from workbench.widgets.compare_case import ComparePictures, CompareWords
from workbench.widgets.filter_line import CaseFilterLine
from workbench.widgets.hollow import Columns
from workbench.widgets.scope_line import ScopeLine
from workbench.widgets.status_line import StatusLine
from workbench.widgets.text_block import TextBlock


class CompareScreen(CompareLooking):
    """The numbers above, the cases of a quadrant below, and the one under the cursor."""

    NAME = "compare"
    AUTO_FOCUS = "CaseList"
    PANES = (
        Pane("CaseList", "#cases-rule"),
        Pane("CompareWords, ComparePictures", "#compare-case, LabelPanel", rows=1),
    )
    ASIDE = "#compare-top, #compare-differences"
    BINDINGS = bindings("compare")
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (24, "-short"), (36, "-tall")]
    DEFAULT_CSS = """
    CompareScreen {
        #compare-top { height: 9; }
        #compare-scores { width: 46; }
        #compare-grid { display: none; width: 1fr; }
        #compare-none { display: none; }
        CaseList { height: 2fr; min-height: 3; }
        CompareWords { min-height: 3; }
        ComparePictures, LabelPanel { display: none; height: 3fr; }
        &.-medium CompareWords, &.-wide CompareWords { min-height: 4; }
        &.-wide #compare-fixed { width: 54; }
        &.-wide #compare-grid { display: block; }
        &.-wide.-tall #compare-top { height: 13; }
        &.-flat {
            #compare-top { height: 3; }
            #compare-differences { display: none; }
            CompareWords { min-height: 2; }
            &.-narrow #compare-fixed { display: none; }
            &.-narrow #compare-scores { width: 1fr; }
        }
        &.-pictures {
            #compare-top, #compare-differences { display: none; }
            ComparePictures { display: block; }
        }
        &.-tall.-text {
            ComparePictures { display: block; }
            LabelPanel { display: block; height: 1; }
        }
        &.-hidden #compare-case, &.-hidden CompareWords { display: none; }
        &.-none {
            #compare-none { display: block; }
            #compare-top, #compare-differences, #cases-rule, CaseList { display: none; }
            #compare-case, CompareWords { display: none; }
            ComparePictures, LabelPanel { display: none !important; }
        }
    }
    """

    def compose(self) -> Iterable[Widget]:
        """Lay everything out, with the counts of labels in the status line."""
        for widget in super().compose():
            yield StatusCounts() if isinstance(widget, StatusLine) else widget

    def body(self) -> Iterable[Widget]:
        """Lay out the numbers, the list and the case."""
        yield ScopeLine(id="scope")
        yield TextBlock(id="compare-none")
        with Columns(id="compare-top"):
            yield TextBlock(id="compare-scores")
            yield TextBlock(id="compare-fixed")
            yield TextBlock(id="compare-grid")
        yield ScopeLine(id="compare-differences")
        yield Rule(id="cases-rule")
        yield CaseFilterLine(
            self.session.taxonomy.names(), self.slice_words, blind=self.session.blind
        )
        yield CaseList(self.list_rows)
        yield Rule(id="compare-case")
        yield CompareWords()
        yield ComparePictures()
        yield LabelPanel(classes="flow")

    def on_mount(self) -> None:
        """Begin with the case as text."""
        self.add_class("-text")
        self.cases.two_runs = True
        self.cases.empty_text = "Comparing .."

    # Reading ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read again what is compared; after Triage with the cursor on the case it was left at."""
        if self.under_modal:
            self.under_modal = False
            return
        self.set_picture_mode()
        wanted, self.shell.trail.wanted_compare = self.shell.trail.wanted_compare, None
        place = wanted or (self.wanted if self.in_triage else self.here)
        self.in_triage = False
        self.compare(place or self.shell.trail.place.compare)

    def compare(self, place: ComparePlace | None) -> None:
        """Compare two runs and list a quadrant; what is shown stays until that is there."""
        self.wanted = place
        if place is not None and (self.comparison is None or not same_pair(self.comparison, place)):
            self.say(opening(place), "busy")

        def read() -> ComparePlace | None:
            pair = self.session.compare.first_pair()
            return ComparePlace(*pair) if pair else None

        if place is None:
            self.fetch(read, self._begin, group="compare")
        else:
            self.fetch(partial(self._measure, place), self._compared, group="compare")

    def _begin(self, place: ComparePlace | None) -> None:
        if place is None:
            self.show_none("")
        else:
            self.compare(place)

    def _measure(self, place: ComparePlace) -> Comparison | SessionError:
        """Compare in a thread; an error is for `_compared` to show."""
        try:
            return self.session.compare.compare(place.a, place.b, place.direction, place.k)
        except SessionError as error:
            return error

    def _compared(self, found: Comparison | SessionError) -> None:
        if isinstance(found, Comparison):
            self._list(found)
            return
        self.say_error(found)
        if self.comparison is None:
            self.show_none(str(found))
        elif self.place is not None:
            self.wanted = self.place

    def list_quadrant(self, place: ComparePlace) -> None:
        """List other cases of the runs that are compared, or are about to be."""
        self.wanted = place
        if self.comparison is not None and same_pair(self.comparison, place):
            self._list(self.comparison)

    def _list(self, comparison: Comparison) -> None:
        place = self.wanted
        if place is None or not same_pair(comparison, place):
            return

        def read() -> tuple[ComparePlace, PairSource]:
            try:
                return place, self._source(comparison, place)
            except FilterRefused:
                if self.source is not None:
                    raise
            bare = replace(place, words="")
            return bare, self._source(comparison, bare)

        def show(found: tuple[ComparePlace, PairSource]) -> None:
            now, source = found
            if now != place:
                self.wanted = now
            self.remove_class("-none")
            if self.query_one(StatusCounts).sentence == opening(now):
                self.say("")
            self.comparison, self.place = comparison, now
            self.opened(source, now.query_id)
            self.draw_numbers()

        self.fetch(read, show, group="view")

    def _source(self, comparison: Comparison, place: ComparePlace) -> PairSource:
        quadrant = comparison.quadrant(place.quadrant)
        words = quadrant.filter_b if place.of_b else quadrant.filter
        return PairSource.between(self.session, place, f"{words} {place.words}".strip())

    def leave(self, view: CaseView, query_id: int) -> None:
        """Remember what is compared and the case under the cursor."""
        if self.place is not None and view.run_id in self.place.listed:
            self.place = replace(self.place, query_id=query_id)
            if self.wanted is not None and same_list(self.wanted, self.place):
                self.wanted = self.place
            self.shell.trail.leave_compare(self.place)

    def report_runs(self) -> tuple[int, ...]:
        """Return the two runs that are compared."""
        return (self.place.a, self.place.b) if self.place else super().report_runs()

    def relabel(self) -> None:
        """Count again what B fixes, as labels have changed."""
        place = self.place
        if place is None:
            return

        def show(found: Comparison | SessionError) -> None:
            if isinstance(found, Comparison) and self.place and same_pair(found, self.place):
                self.comparison = found
                self.draw_numbers()

        self.fetch(partial(self._measure, place), show, group="labels")

    def action_new_evaluation(self) -> None:
        """Ask which model to evaluate on the data set that is compared."""
        dataset_id = self.comparison.a.dataset_id if self.comparison else None
        ask_evaluation(self, dataset_id, partial(say_queued, self))


def same_pair(comparison: Comparison, place: ComparePlace) -> bool:
    """Say whether a comparison is of the runs, the direction and the hits of a place."""
    have = comparison.a.run_id, comparison.b.run_id, comparison.direction, comparison.k
    return have == (place.a, place.b, place.direction, place.k)


def same_list(one: ComparePlace, other: ComparePlace) -> bool:
    """Say whether two places differ in nothing but the cursor."""
    return replace(one, query_id=None) == replace(other, query_id=None)
