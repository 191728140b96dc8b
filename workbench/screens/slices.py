"""Slices: R@K where queries are alike, and what splits hits from misses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from textual import on
from textual.widget import Widget

from workbench.presenters.clipboard import slice_copies
from workbench.presenters.slice_table import (
    SORTS,
    exported_row,
    filtered_slice,
    label_facts,
    label_of,
    no_slice_lines,
    slice_facts,
    slice_lines,
    slice_of,
    slice_scope,
)
from workbench.presenters.wrap import fact_lines
from workbench.screens.copying import Copying
from workbench.screens.ordering import GroupOrdering
from workbench.screens.panes import Pane
from workbench.screens.run_screen import RunScreen
from workbench.screens.table_export import write_list
from workbench.screens.table_narrowing import TableNarrowing
from workbench.session import Session
from workbench.views.case_view import CaseView
from workbench.views.copies import Copies
from workbench.views.place import KS, SlicePlace
from workbench.views.slices import RunSlices, SliceRow
from workbench.views.table_filter import Filtered, keeps, known_facets
from workbench.widgets.bindings import bindings
from workbench.widgets.case_text import Rule
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.scope_line import ScopeLine
from workbench.widgets.status_line import StatusLine
from workbench.widgets.text_block import TextBlock

READING = "Reading captions and measuring their slices .."
NO_SLICE = "There is no slice here yet."
WIDE = 150


@dataclass(frozen=True, slots=True)
class Measured:
    """What was read: the slices of a run in a direction."""

    view: CaseView | None
    slices: RunSlices | None = None


class SlicesScreen(RunScreen, Copying, TableNarrowing, GroupOrdering):
    """The slices that are surely worse, then every slice, then what labels the misses have."""

    NAME = "slices"
    THINGS = "slices"
    AUTO_FOCUS = "#slices"
    PANES = (Pane("#slices"), Pane("#slice-facts", "#slice-title"))
    BINDINGS = bindings("slices")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    DEFAULT_CSS = """
    SlicesScreen {
        #slices-main { height: 1fr; }
        #slices { width: 1fr; }
        #slices-none { display: none; }
        &.-filtering #scope { display: none; }
        #slices { height: 1fr; }
        #slice-side { display: none; width: 1fr; height: 10; }
        &.-narrow #slices-main { layout: vertical; }
        &.-narrow.-hidden #slice-side { display: block; }
        &.-wide #slice-side {
            display: block; width: 60; height: 1fr; border-left: vkey $rule;
        }
        &.-wide.-hidden #slice-side { display: none; }
        &.-none #slices-main { display: none; }
        &.-none #slices-none { display: block; }
    }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.slices: RunSlices | None = None
        self.place = SlicePlace()
        self._known = False

    def body(self) -> Iterable[Widget]:
        """Lay out the list, and the facts of the marked slice beside it."""
        yield ScopeLine(id="scope")
        yield self.words_line()
        yield TextBlock(id="slices-none")
        with Columns(id="slices-main"):
            yield LineList(id="slices")
            with Rows(id="slice-side"):
                yield Rule("this slice", id="slice-title")
                yield LogPane(id="slice-facts")

    # Reading ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Measure the run that Cases shows; what is on screen stays until that is done."""
        if not self._known:
            self.place, self._known = self.shell.trail.place.slices or SlicePlace(), True
        wanted, k = self.shell.trail.place.view, self.place.k

        def read() -> Measured:
            view = self.find_view(wanted)
            if view is None:
                return Measured(None)
            return Measured(view, self.session.slices.of(view.run_id, view.direction, k))

        if self._is_other(wanted):
            self.say(READING, "busy")
        self.fetch(read, self._show, group="slices")

    def _is_other(self, wanted: CaseView | None) -> bool:
        """Say whether what is wanted is not what is shown."""
        found = self.slices
        if found is None or wanted is None:
            return True
        shown = found.run_id, found.direction, found.k
        return shown != (wanted.run_id, wanted.direction, self.place.k)

    def _show(self, found: Measured) -> None:
        if self.query_one(StatusLine).sentence == READING:
            self.say("")
        self.view, self.slices = found.view, found.slices
        self.set_class(found.slices is None, "-none")
        if found.slices is None:
            self.query_one("#scope", ScopeLine).show(lambda cells: no_slice_lines()[0])
            self.query_one("#slices-none", TextBlock).show(lambda cells, rows: no_slice_lines()[1:])
            return
        self.draw()

    # Drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the list, and the facts of the marked slice."""
        found, lines = self.slices, self.query_one("#slices", LineList)
        cells = lines.size.width - 1
        if found is None or cells < 1:
            return
        self.query_one("#scope", ScopeLine).show(
            partial(slice_scope, found, self.place.sort, self.said_filter())
        )
        known = known_facets(self.filtered())

        def stays(row: SliceRow) -> bool:
            return keeps(self.words, filtered_slice(row), known)

        listed = slice_lines(found, self.place.sort, cells, stays)
        lines.show(listed, first=self.place.key or None)
        self.draw_facts()

    def draw_facts(self) -> None:
        """Draw every number of the marked slice."""
        pane = self.query_one("#slice-facts", LogPane)
        if pane.size.width:
            pane.show(fact_lines(self._facts(), pane.size.width - 2))

    def _facts(self) -> tuple[tuple[str, str], ...]:
        found, key = self.slices, self.key
        if found is None:
            return ()
        if (row := slice_of(found, key)) is not None:
            return slice_facts(row, found)
        label = label_of(found, key)
        return () if label is None else label_facts(label)

    @property
    def key(self) -> str:
        """The key under the cursor."""
        return self.lines.key if self.lines is not None else ""

    @on(LineList.Resized, "#slices")
    def draw_for_the_size(self) -> None:
        """Lay everything out for the size of the table, which may come after what is in it."""
        self.draw()

    @on(LineList.Highlighted, "#slices")
    def came_to(self, message: LineList.Highlighted) -> None:
        """Show the slice that the cursor came to, and remember it."""
        self._keep(replace(self.place, key=self.key))
        self.draw_facts()

    def _keep(self, place: SlicePlace) -> None:
        self.place = place
        self.shell.trail.leave_slices(place)

    # What is sliced ---------------------------------------------------------------------------

    def action_cycle(self) -> None:
        """Measure the next R@K."""
        at = KS.index(self.place.k) if self.place.k in KS else -1
        self._keep(replace(self.place, k=KS[(at + 1) % len(KS)]))
        self.reload()

    @property
    def order(self) -> str:
        """The order that is shown."""
        return self.place.sort

    def order_by(self, sort: str) -> None:
        """Show every slice in another order."""
        sort = "" if sort == "-" else sort
        self._keep(replace(self.place, sort=sort))
        self.draw()
        self.say(f"Order of every slice: {SORTS[sort.lstrip('-')]}.")

    def filtered(self) -> Sequence[Filtered]:
        """What a filter sees of each slice."""
        return [filtered_slice(row) for row in self.slices.slices] if self.slices else []

    def action_escape(self) -> None:
        """Clear the filter, then list the slices by property again."""
        if not self.clear_filter():
            self.order_by("")

    def copying(self) -> Callable[[], Copies] | None:
        """Return what reads the texts of the slice, or of the label, under the cursor."""
        found = self.slices
        if found is None or not self.key:
            return None
        row, label = slice_of(found, self.key), label_of(found, self.key)
        path = str(self.session.path.resolve())
        if row is not None:
            values = exported_row(row).values()
            return lambda: slice_copies(found, f"{row.trait}: {row.name}", values, path)
        if label is None:
            return None
        return lambda: slice_copies(found, label.category, (label.category, label.k, label.n), path)

    def action_save_view(self) -> None:
        """Save the misses of the slice under a name: Cases and Plots show them by it."""
        self._misses(lambda words, said: self.save_cases_of(words))

    def laid_out(self) -> None:
        """Draw the list and the facts for their new sizes."""
        self.draw()

    # Looking ----------------------------------------------------------------------------------

    @on(LineList.Chosen, "#slices")
    def action_open(self) -> None:
        """List the misses of the slice in Cases."""

        def show(words: str, said: str) -> None:
            view = self.cases_of(words)
            if view is not None:
                self.shell.trail.open_view(view, said)

        self._misses(show)

    def action_triage(self) -> None:
        """Triage the misses of the slice."""
        self._misses(lambda words, said: self.triage_cases_of(words))

    def _misses(self, show: Callable[[str, str], None]) -> None:
        """Read which filter lists the misses of what is under the cursor, and what to say then."""
        found, key = self.slices, self.key
        if found is None:
            self.say(NO_SLICE, "warn")
            return
        if (label := label_of(found, key)) is not None:
            field = "label" if label.decided else "hint"
            words = f"{field}:{label.category} rank>{found.k}"
            show(words, f"{label.k:,} misses of {label.category}.")
        elif (row := slice_of(found, key)) is not None:
            read = partial(
                self.session.slices.misses,
                *(found.run_id, found.direction, found.k, row.trait, row.name),
            )
            said = f"{row.misses:,} misses of {row.trait}: {row.name}."
            self.fetch_to_open(read, lambda words: show(words, said), group="misses")

    def action_details(self) -> None:
        """Show every number of the slice."""
        from workbench.modals.details import DetailsOverlay

        facts = self._facts()
        if facts:
            self.app.push_screen(DetailsOverlay("Slice", facts))
        else:
            self.say(NO_SLICE, "warn")

    def action_export(self) -> None:
        """Write every slice to a file among the exports."""
        found = self.slices
        if found is None:
            self.say(NO_SLICE, "warn")
            return
        name = f"slices-run{found.run_id}-{found.direction}-R{found.k}"
        write_list(self, name, partial(self.session.slices.export, found))
