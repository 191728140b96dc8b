"""What screens ask of the app around them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.views.case_view import CaseView
from workbench.views.line import Tone
from workbench.views.place import ClusterPlace, ComparePlace, Place, SearchPlace, SlicePlace

if TYPE_CHECKING:
    from workbench.views.home import TerminalFacts


class Shell(Protocol):
    """The app as a screen sees it."""

    image_mode: str
    color: str
    host: str | None
    wanted_job: int | None
    wanted_view: CaseView | None
    wanted_compare: ComparePlace | None
    wanted_search: SearchPlace | None
    types_search: bool
    bounced: bool
    terminal: TerminalFacts | None
    data: tuple[Path, ...]

    @property
    def badge(self) -> str:
        """What line 1 says of the jobs."""
        ...

    def go(self, screen: str) -> None:
        """Show a tab, the name of one of `presenters.shell.TABS`; the way back from it is Home."""
        ...

    def back(self) -> None:
        """Show again where the user came from, at the same row; else Home, which is a bounce."""
        ...

    @property
    def place(self) -> Place:
        """Where the user is, or was last: Cases starts from its view and cursor."""
        ...

    def open_cases(self, run_id: int) -> None:
        """Show the cases of a run."""
        ...

    def open_case(self, view: CaseView, query_id: int) -> None:
        """Show a case in the list of a view."""
        ...

    def open_view(self, view: CaseView, says: str = "") -> None:
        """Show the cases of a view, and say a sentence there."""
        ...

    def leave_plot(self, kind: str) -> None:
        """Remember the plot that is looked at."""
        ...

    def open_compare(self, place: ComparePlace) -> None:
        """Show a comparison."""
        ...

    def leave_compare(self, place: ComparePlace) -> None:
        """Remember what is compared, and the cursor."""
        ...

    def open_search(self, place: SearchPlace | None = None) -> None:
        """Show a search, else the last one; unless it is of an image its line has the keys."""
        ...

    def leave_search(self, place: SearchPlace) -> None:
        """Remember what was searched for."""
        ...

    def leave_clusters(self, place: ClusterPlace) -> None:
        """Remember the order of the clusters, and the cursor."""
        ...

    def leave_slices(self, place: SlicePlace) -> None:
        """Remember which R@K is sliced, the order, and the cursor."""
        ...

    def leave_for(self, workspace: Path) -> None:
        """End, and let another workspace be opened in this terminal; jobs keep running."""
        ...

    def take_unsaid(self) -> str:
        """Return what could not be said while something lay over the screen, once."""
        ...

    def tell(self, sentence: str, tone: Tone = "", *, keep: bool = False) -> None:
        """Say a sentence on whatever screen is shown now; `keep` it while the cursor moves."""
        ...

    def look(self) -> None:
        """Look now at what has changed instead of within a second."""
        ...

    def open_job(self, job_id: int) -> None:
        """Show Jobs with the cursor on a job."""
        ...

    def leave_at(self, view: CaseView, query_id: int | None) -> None:
        """Remember the case list and the cursor."""
        ...
