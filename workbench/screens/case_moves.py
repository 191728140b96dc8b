"""The verbs of Cases that move, mark and go elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workbench.presenters.text import plain
from workbench.screens.case_source import CaseSource
from workbench.screens.case_views import CaseViews
from workbench.views.case_view import CaseView

if TYPE_CHECKING:
    from workbench.screens.case_queue import CaseQueue


class CaseMoves(CaseViews):
    """Moves in the list and marks."""

    in_triage = False
    _queue: CaseQueue | None = None

    @property
    def first_words(self) -> str:
        """The filter that Esc goes back to before it clears it."""
        return ""

    # Moving ----------------------------------------------------------------------------------

    def action_next_undecided(self) -> None:
        """Go to the next undecided case."""
        self._to_undecided(backwards=False)

    def action_previous_undecided(self) -> None:
        """Go to the previous undecided case."""
        self._to_undecided(backwards=True)

    def _to_undecided(self, *, backwards: bool) -> None:
        source = self.source

        def go(queue: CaseQueue) -> None:
            if self.source is not source:  # its places are those of a list that has gone
                return
            self._queue = queue
            index = queue.next(self.cases.cursor, backwards=backwards)
            if index is None:
                self.say("Every case of this list is decided or skipped.")
            else:
                self.cases.move_to(index)

        if self._queue is not None:
            go(self._queue)
        elif source is not None:
            from workbench.screens.case_queue import CaseQueue

            self.fetch(partial(CaseQueue.of, source), go, group="queue")

    async def action_open(self) -> None:
        """Filter by a bar that has the keys, save the toggled categories, else triage from here."""
        if not self.narrowed_to_band() and not await self.commit_toggled():
            self.action_triage()

    def action_triage(self) -> None:
        """Triage this list from the case under the cursor."""
        if self.source is None or self.cases.current is None:
            self.say(self.no_target(), "warn")
            return
        self.open_triage(self.source, self.cases.current)

    def action_adjudicate(self) -> None:
        """Triage the cases of this run whose annotators disagree: each decision settles one."""
        source = self.source
        if source is None:
            return
        view = CaseView(source.view.run_id, source.view.direction, "disputed", source.view.sort)

        def show(disputed: CaseSource) -> None:
            if len(disputed.ids):
                from workbench.screens.adjudication import AdjudicationScreen

                self.in_triage = True
                self.app.push_screen(AdjudicationScreen(self.session, disputed, disputed.ids[0]))
            else:
                self.say("No two annotators disagree about a case of this run.")

        self.fetch_to_open(partial(CaseSource.open, self.session, view), show)

    def open_triage(self, source: CaseSource, query_id: int, *, here: bool = False) -> None:
        """Triage a list: `here` begins with the case even if it is decided."""
        from workbench.screens.triage import TriageScreen

        self.in_triage = True
        self.app.push_screen(TriageScreen(self.session, source, query_id, self.leave, here=here))

    def leave(self, view: CaseView, query_id: int) -> None:
        """Remember where in the list the user is."""
        self.shell.trail.leave_at(view, query_id)

    # Marks -----------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the row, or take its mark away."""
        self.cases.toggle_mark()
        self._say_marks()

    def action_mark_range(self) -> None:
        """Begin a range of marks that follows the cursor, or keep its marks."""
        self.cases.mark_range()
        self.say_range()
        if not self.cases.ranging:
            self._say_marks()

    def say_range(self) -> None:
        """Say what the open range, if there is one, is for."""
        if self.cases.ranging:
            n = len(self.cases.marks)
            self.say(f"{n:,} marked: a digit labels them, v keeps them, Esc drops.", keep=True)

    def action_mark_all(self) -> None:
        """Mark every case of the list."""
        self.cases.mark_all()
        self._say_marks()

    def _say_marks(self) -> None:
        n = len(self.cases.marks)
        marked = f"{n:,} marked: a digit labels them together, Esc clears."
        self.say(marked if n else "No marks.")

    def action_escape(self) -> None:
        """Drop the open range, else the newest of what is set: multi-label, marks, the filter."""
        if self.cases.drop_range():
            self.say("Range dropped.")
        elif self.toggled is not None:
            self.action_multi_label()
        elif self.cases.clear_marks():
            self.say("Marks cleared.")
        elif before := self.words:
            first = self.first_words
            if first and before != first:
                self.change_filter(first)
                self.say(
                    f"Filter {first}, as at first; Esc again clears it. It was {plain(before)}"
                )
            else:
                self.change_filter("")
                self.say(f"Filter cleared; it was {plain(before)}")
