"""What Clusters and Slices share: they show the run and the direction that Cases shows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from workbench.screens.case_export import ask_export
from workbench.screens.case_source import CaseSource
from workbench.screens.frame import WorkbenchScreen
from workbench.screens.narrowing import save_view
from workbench.screens.run_choosing import choose_run
from workbench.session import Session
from workbench.views.case_view import CaseView, other_way


class RunScreen(WorkbenchScreen):
    """Reads something of a run; `view` is which run and direction, None before there is one."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view: CaseView | None = None

    def find_view(self, view: CaseView | None) -> CaseView | None:
        """Return a view, or else one of the newest run; for a thread."""
        if view is not None:
            return view
        run = self.session.library.latest_run()
        return None if run is None else CaseView(run.id)

    # Which run and direction ------------------------------------------------------------------

    def action_choose_run(self) -> None:
        """Choose the run that is shown, here and in Cases."""

        def chosen(run_id: int) -> None:
            if self.view is not None and run_id != self.view.run_id:
                self._follow(CaseView(run_id, self.view.direction))

        choose_run(self, self.view.run_id if self.view else None, chosen, "shows it")

    def action_switch_direction(self) -> None:
        """Switch between captions that find images and images that find captions."""
        if self.view is not None:
            self._follow(CaseView(self.view.run_id, other_way(self.view.direction)))

    def _follow(self, view: CaseView) -> None:
        self.shell.trail.follow(view)
        self.reload()

    # The cases of something -------------------------------------------------------------------

    def cases_of(self, words: str) -> CaseView | None:
        """Return the view of some cases, worst margin first."""
        return None if self.view is None else replace(self.view, filter=words, sort="margin")

    def open_cases_of(self, words: str) -> None:
        """Show the cases of a filter in Cases."""
        if (view := self.cases_of(words)) is not None:
            self.shell.trail.open_view(view)

    def triage_cases_of(self, words: str) -> None:
        """Triage the cases of a filter, from the first undecided one on."""
        view = self.cases_of(words)
        if view is None:
            return

        def read() -> tuple[CaseSource, int | None]:
            source = CaseSource.open(self.session, view)
            left = source.with_status("undecided")
            ids = left or source.ids
            return source, ids[0] if ids else None

        def show(found: tuple[CaseSource, int | None]) -> None:
            from workbench.screens.triage import TriageScreen

            source, first = found
            if first is None:
                self.say("There is no case to triage.", "warn")
            else:
                leave = self.shell.trail.leave_at
                self.app.push_screen(TriageScreen(self.session, source, first, leave))

        self.fetch_to_open(read, show)

    def save_cases_of(self, words: str) -> None:
        """Ask for a name and save the cases of a filter under it."""
        if (view := self.cases_of(words)) is not None:
            save_view(self, view, words, where="in Cases and Plots ")

    def export_cases_of(self, words: str) -> None:
        """Ask what to write of the cases of a filter."""
        if (view := self.cases_of(words)) is not None:
            read = partial(CaseSource.open, self.session, view)
            self.fetch_to_open(read, partial(ask_export, self), group="view")
