"""What a command opens the workbench at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbench.views.case_view import CaseView, Direction
from workbench.views.place import ComparePlace, Place


@dataclass(frozen=True, slots=True)
class DeepLink:
    """A tab and what is shown there; "" and None stand for what the user had last.

    `direction` and `query_id` belong to `run_id` or `filter`; `compare` are the runs A and B.
    """

    screen: str = ""
    run_id: int | None = None
    direction: Direction = "t2i"
    filter: str | None = None
    query_id: int | None = None
    job_id: int | None = None
    compare: tuple[int, int] | None = None

    def place(self, last: Place) -> Place:
        """Return where this leads to from where the user was last."""
        place = replace(last, screen=self.screen or last.screen)
        if self != DeepLink():
            place = replace(place, triage=False)
        view = place.view if self.run_id is None else CaseView(self.run_id, self.direction)
        if view is not None and self.filter is not None:
            view = replace(view, filter=self.filter)
        if view is not place.view:
            place = replace(place, view=view, query_id=self.query_id)
        if self.compare is not None:
            place = replace(place, compare=ComparePlace(*self.compare))
        return place
