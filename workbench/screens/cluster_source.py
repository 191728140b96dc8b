"""What Clusters shows, as it is read: the clusters of a run, and where their members lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from store.records.clustering import ClusterMembers
from workbench.session import Session, SessionError
from workbench.views.case_view import CaseView
from workbench.views.clusters import ClusterTable

FindView = Callable[[CaseView | None], CaseView | None]


@dataclass(frozen=True, slots=True)
class ClusterSource:
    """The clusters of a run in a direction; without any `table` and `members` are None."""

    view: CaseView | None = None
    table: ClusterTable | None = None
    members: ClusterMembers | None = None

    @classmethod
    def open(
        cls, session: Session, find_view: FindView, wanted: CaseView | None, *, known: bool
    ) -> ClusterSource:
        """Read the newest clusters of a view, else of the newest run; for a thread.

        Raises SessionError where the run is gone that was `known`; one of the last time is passed
        over.
        """
        try:
            return cls._of(session, find_view(wanted))
        except SessionError:
            if known or wanted is None:
                raise
            return cls._of(session, find_view(None))

    @classmethod
    def _of(cls, session: Session, view: CaseView | None) -> ClusterSource:
        if view is None:
            return cls()
        table = session.clusters.table(view.run_id, view.direction)
        return cls(view, table, session.clusters.members(table.clustering_id) if table else None)
