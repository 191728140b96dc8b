"""The cases of run A beside what run B made of them, and where a comparison begins."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.presenters.compare_screen import QUADRANT_OF
from workbench.screens.case_source import CaseSource
from workbench.session import Session, SessionError
from workbench.views.case import CaseRow, Chip
from workbench.views.case_view import CaseView
from workbench.views.place import ComparePlace


@dataclass(frozen=True, slots=True)
class PairSource(CaseSource):
    """Cases of run A like any others; each row and each case also says what run B found."""

    @classmethod
    def between(
        cls, session: Session, view: CaseView, run_b: int, *, by_rank_b: bool = False
    ) -> PairSource:
        """Read the ids of a view of run A, to be shown beside run B.

        `by_rank_b` orders by rank what the view orders by run A's rank, the same way round.
        """
        source = cls.open(session, view).beside(run_b)
        if not by_rank_b or source.other is None:
            return source
        ranks = session.cases.ranks_in(source.other.view, source.ids)
        order = sorted(zip(ranks, source.ids, strict=True), reverse=view.sort.startswith("-"))
        return replace(source, ids=array("q", (query_id for _, query_id in order)))

    def rows(self, ids: Sequence[int]) -> list[CaseRow]:
        """Read rows of the list."""
        rows = CaseSource.rows(self, ids)
        if self.other is None:
            return rows
        wanted = [row.query_id for row in rows]
        ranks = self.session.cases.ranks_in(self.other.view, wanted)
        hints = {row.query_id: row.chip for row in self.other.rows(wanted)}
        return [
            replace(row, other_rank=f"{rank:,}", chip=_chip(row.chip, hints.get(row.query_id)))
            for row, rank in zip(rows, ranks, strict=True)
        ]


def _chip(own: Chip, of_b: Chip | None) -> Chip:
    """Return what B's miss is suggested to be where A has nothing: A hits, or was not asked."""
    suggested = of_b is not None and of_b.state == "suggested"
    return of_b if of_b is not None and suggested and own.state == "none" else own


def place_at(
    session: Session, view: CaseView, query_id: int, last: ComparePlace | None
) -> ComparePlace:
    """Return the comparison of a case's run with another one: the last partner, else the newest.

    Raises SessionError where no other run is on the same data set.
    """
    runs = [run.run_id for run in session.compare.choices(like=view.run_id)]
    before = {last.a: last.b, last.b: last.a} if last else {}
    partners = [run_id for run_id in runs if run_id != view.run_id]
    if not partners:
        raise SessionError(
            f"Run {view.run_id} is the only run on its data set: + on Home evaluates another model."
        )
    partner = before.get(view.run_id, partners[0])
    if partner not in partners:
        partner = partners[0]
    other = CaseView(partner, view.direction)
    a, b = (session.cases.ranks_in(one, [query_id])[0] for one in (view, other))
    return ComparePlace(
        view.run_id,
        partner,
        view.direction,
        QUADRANT_OF[a <= 1, b <= 1],
        query_id=query_id,
    )
