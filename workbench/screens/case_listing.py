"""What Cases and Compare share: a list of cases, and the case under its cursor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from store.records.case import CaseCounts
from store.records.decision import Decision
from workbench.screens.case_moves import CaseMoves
from workbench.screens.case_screen import TOO_SOON
from workbench.screens.case_source import CaseSource, Loaded
from workbench.screens.resting import Resting
from workbench.session import SessionError
from workbench.views.case import CaseRow
from workbench.views.pulse import Pulse
from workbench.widgets.case_list import CaseList


class CaseListing(CaseMoves, Resting):
    """Fills the list, reads the case once the cursor rests, shows what labels change."""

    # What a subclass draws -------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the loaded case, or that there is none."""
        raise NotImplementedError

    def draw_scope(self, source: CaseSource) -> None:
        """Say what is listed."""
        raise NotImplementedError

    def show_counts(self, counts: CaseCounts) -> None:
        """Show how far the labelling is."""
        raise NotImplementedError

    # The list --------------------------------------------------------------------------------

    def opened(self, source: CaseSource, keep: int | None) -> None:
        """List the cases of a source, with the cursor on `keep` or else where it was."""
        changed = self.source is None or source.view != self.source.view
        self.source = source
        self._queue = None
        self.cases.empty_text = "No case fits this filter: / changes it, Esc clears it."
        if changed:
            self.cases.clear_marks()
        self.cases.show_clusters = source.clustered
        self.cases.by_margin = source.view.sort.removeprefix("-") == "margin"
        self.cases.show(source.ids, keep=self.cases.current if keep is None else keep)
        if not len(source.ids):
            self._hold(None)
            self.draw()
        self.draw_scope(source)
        self.count()

    def list_rows(self, ids: Sequence[int]) -> Sequence[CaseRow]:
        """Read rows of the list."""
        if self.source is None:
            return ()
        try:
            return self.source.rows(ids)
        except SessionError as error:
            self.say_error(error)
            return ()

    def count(self) -> None:
        """Count how far the labelling is, and read the newest decisions."""
        if self.source is not None:
            self.fetch(self.source.counts, self.show_counts, group="counts")
            self.read_history()

    def pulsed(self, pulse: Pulse) -> None:
        """Count again when something was committed; under another screen wait for the resume.

        A repaint below another screen repaints all of what lies above it.
        """
        if self.app.screen is self:
            self.count()

    # The case under the cursor ---------------------------------------------------------------

    def on_case_list_row_highlighted(self, message: CaseList.RowHighlighted) -> None:
        """Read the case once the cursor rests."""
        self.move_on()
        if message.query_id is not None:
            if self.source is not None:
                self.leave(self.source.view, message.query_id)
            self.say_range()
            self.at_rest(self._rested)

    def _rested(self) -> None:
        source, query_id = self.source, self.cases.current
        if source is None or query_id is None:
            return
        self.fetch(partial(source.load, query_id), self._show_loaded, group="detail")

    def _show_loaded(self, loaded: Loaded) -> None:
        if loaded.case.query_id == self.cases.current:
            before = self.loaded.case.query_id if self.loaded else None
            self._hold(loaded, moved=before != loaded.case.query_id)
            self.draw()

    def _hold(self, loaded: Loaded | None, *, moved: bool = True) -> None:
        lost = self.hold(loaded)
        if lost or (moved and self.toggled):
            now = f"{lost} {self.toggled_sentence()}" if self.toggled else lost
            self.say(now.strip(), "warn" if lost else "")

    # What labels change ----------------------------------------------------------------------

    def toggled_sentence(self) -> str:
        """Say what Enter would save, and for how many marked cases."""
        n = len(self.cases.marks)
        return super().toggled_sentence() + (f" for {n:,} marked" if n else "")

    def targets(self) -> list[int]:
        """Return the marked cases, else the one under the cursor."""
        current = [] if self.cases.current is None else [self.cases.current]
        return self.marked() or current

    def no_target(self) -> str:
        """Say what the list says while it is empty, else that its case is not there yet."""
        return TOO_SOON if len(self.cases.ids) else self.cases.empty_text

    def marked(self) -> list[int]:
        """Return the cases marked in the list."""
        return sorted(self.cases.marks)

    def labelled(self, decisions: Sequence[Decision], *, advance: bool) -> None:
        """Repaint the rows and read the case again."""
        self._changed(decisions)
        self.cases.end_range()
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
            self._queue.note(decisions)
        self._rested()
        self.count()
