"""The cases of run A beside what run B made of them, and where a comparison begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.presenters.compare_screen import QUADRANT_OF
from workbench.screens.case_source import CaseSource
from workbench.session import Session, SessionError
from workbench.views.case import CaseRow
from workbench.views.case_view import CaseView
from workbench.views.place import ComparePlace


@dataclass(frozen=True, slots=True)
class PairSource(CaseSource):
    """Cases of run A like any others; each row and each case also says what run B found.

    `of_b` swaps the two: the cases, with their labels and suggestions, are those of B.
    """

    of_b: bool = False

    @classmethod
    def between(cls, session: Session, place: ComparePlace, words: str) -> PairSource:
        """Read the cases of a place that words of the filter leave, to be shown in both runs."""
        run_id, beside = place.listed
        view = CaseView(run_id, place.direction, words, place.sort)
        return replace(cls.open(session, view).beside(beside), of_b=place.of_b)

    def rows(self, ids: Sequence[int]) -> list[CaseRow]:
        """Read rows of the list; `rank` is A's and `other_rank` B's."""
        rows = CaseSource.rows(self, ids)
        if self.other is None:
            return rows
        ranks = self.session.cases.ranks_in(self.other.view, [row.query_id for row in rows])
        both = [
            (f"{rank:,}", row.rank) if self.of_b else (row.rank, f"{rank:,}")
            for row, rank in zip(rows, ranks, strict=True)
        ]
        return [replace(row, rank=a, other_rank=b) for row, (a, b) in zip(rows, both, strict=True)]


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
