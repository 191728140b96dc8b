"""Where the user is, and the way that led there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from workbench.views.case_view import CaseView
from workbench.views.place import ClusterPlace, ComparePlace, Place, SearchPlace, SlicePlace


class Trail:
    """The place, those behind it, and what the screen that is shown next is wanted for.

    `show` shows a tab by its name; `uncover` closes what lies over the tab that is shown. `anew`
    says that Cases is to show the view of the place, also where it shows the same run already.
    """

    def __init__(
        self, place: Place, show: Callable[[str], object], uncover: Callable[[], None]
    ) -> None:
        self.place = place
        self.wanted_job: int | None = None
        self.anew = False
        self.wanted_compare: ComparePlace | None = None
        self.wanted_search: SearchPlace | None = None
        self.types_search = False
        self.bounced = False
        self.unsaid = ""
        self._show = show
        self._uncover = uncover
        self._behind: list[Place] = []
        self._offered: int | None = None

    @property
    def cases(self) -> CaseView | None:
        """The list that `go("cases")` opens: of the run that was offered, else the last one."""
        run_id, view = self._offered, self.place.view
        return view if run_id is None else replace(view or CaseView(run_id), run_id=run_id)

    def go(self, screen: str) -> None:
        """Show a tab, the name of one of `presenters.shell.TABS`; the way back from it is Home."""
        self._behind.clear()
        self.bounced = False
        if screen == "cases" and self._offered is not None and self.cases is not None:
            self.leave_at(self.cases, None)
        self._switch(screen)

    def back(self) -> None:
        """Show again where the user came from, at the same list and row; else Home: a bounce."""
        if not self._behind:
            self.bounced = True
            self._switch("home")
            return
        there = self._behind.pop()
        self.place = replace(self.place, view=there.view, query_id=there.query_id)
        if there.screen == "cases":
            self.anew = there.view is not None
        elif there.screen == "compare" and there.compare is not None:
            self.leave_compare(there.compare)
            self.wanted_compare = there.compare
        elif there.screen == "search" and there.search != self.place.search:
            self.wanted_search = there.search
        self._switch(there.screen)

    def open_cases(self, run_id: int) -> None:
        """Show the cases of a run."""
        if self.place.view is None or self.place.view.run_id != run_id:
            self.leave_at(CaseView(run_id), None)
        self._drill("cases")

    def open_case(self, view: CaseView, query_id: int) -> None:
        """Show a case in the list of a view."""
        self.follow(view, query_id)
        self._drill("cases")

    def open_view(self, view: CaseView, says: str = "") -> None:
        """Show the cases of a view, and say a sentence there."""
        self.follow(view)
        self.unsaid = says
        self._drill("cases")

    def open_compare(self, place: ComparePlace) -> None:
        """Show a comparison."""
        self.leave_compare(place)
        self.wanted_compare = place
        self._drill("compare")

    def open_search(self, place: SearchPlace | None = None) -> None:
        """Show a search, else the last one; unless it is of an image its line has the keys."""
        if place is not None:
            self.leave_search(place)
        self.wanted_search = place
        self.types_search = place is None or place.image_id is None
        self._drill("search")

    def open_job(self, job_id: int) -> None:
        """Show Jobs with the cursor on a job."""
        self.wanted_job = job_id
        self._drill("jobs")

    def offer(self, run_id: int) -> bool:
        """Let `g c` open a new run, and say so, unless the cases of another are on screen.

        What is on screen goes on to follow the place, which is of the run that the user chose.
        """
        if self.place.screen == "cases":
            return False
        self._offered = run_id
        return True

    def follow(self, view: CaseView, query_id: int | None = None) -> None:
        """Take a view for all screens that show the run of Cases: a choice, so no offer is left."""
        self.leave_at(view, query_id)
        self.anew = True
        self._offered = None

    def leave_at(self, view: CaseView, query_id: int | None) -> None:
        """Remember the case list and the cursor."""
        self.place = replace(self.place, view=view, query_id=query_id)

    def leave_compare(self, place: ComparePlace) -> None:
        """Remember what is compared, and the cursor."""
        self.place = replace(self.place, compare=place)

    def leave_plot(self, kind: str) -> None:
        """Remember the plot that is looked at."""
        self.place = replace(self.place, plot=kind)

    def leave_search(self, place: SearchPlace) -> None:
        """Remember what was searched for."""
        self.place = replace(self.place, search=place)

    def leave_clusters(self, place: ClusterPlace) -> None:
        """Remember the order of the clusters, and the cursor."""
        self.place = replace(self.place, clusters=place)

    def leave_slices(self, place: SlicePlace) -> None:
        """Remember which R@K is sliced, the order, and the cursor."""
        self.place = replace(self.place, slices=place)

    def take_triage(self) -> bool:
        """Say, once, whether the list was being triaged when the program was left."""
        triage, self.place = self.place.triage, replace(self.place, triage=False)
        return triage

    def take_unsaid(self) -> str:
        """Return what could not be said while something lay over the screen, once."""
        sentence, self.unsaid = self.unsaid, ""
        return sentence

    def _drill(self, screen: str) -> None:
        """Show a tab because of something on this one: the way back is here.

        A triage that lies over it is closed.
        """
        if screen != self.place.screen:
            self._behind.append(self.place)
            self._switch(screen)
        self._uncover()

    def _switch(self, screen: str) -> None:
        if screen != self.place.screen:
            if screen == "cases":
                self._offered = None
            self.place = replace(self.place, screen=screen)
            self._show(screen)
