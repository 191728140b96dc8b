"""The cases of one view: what a screen needs of the session, every method safe in a thread."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from store.records.case import Case, CaseCounts
from store.records.run import Run
from store.records.suggestion import SuggestionRow
from workbench.presenters.case_row import case_row
from workbench.presenters.case_sheet import beside, case_sheet
from workbench.session import Session
from workbench.views.case import CaseRow, CaseSheet
from workbench.views.case_view import CaseView

if TYPE_CHECKING:
    from workbench.views.neighbours import NeighbourRow
    from workbench.views.probes import ProbesView

FIRST_FILTERS = ("rank>10", "rank>1", "")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case as stored, with what is drawn of it; `other` is the same query in another run."""

    case: Case
    sheet: CaseSheet
    suggestions: tuple[SuggestionRow, ...]
    probes: ProbesView | None
    other: Loaded | None = None


@dataclass(frozen=True, slots=True)
class CaseSource:
    """A run's cases in one direction, filtered and sorted, as they were when it was opened.

    `clusters` are the names of the clusters, {} where no case has one. `names` says what the runs
    on the data set are called; `other` reads the same queries in one of them; `whose` says whose
    decisions are counted, "" for one's own alone.
    """

    session: Session
    view: CaseView
    run: Run
    candidates: int
    total: int
    ids: array[int] = field(repr=False)  # the library describes its workers, and so what they read
    clusters: Mapping[int, str]
    names: Mapping[int, str]
    other: CaseSource | None = None
    whose: str = ""

    @property
    def clustered(self) -> bool:
        """Whether the cases are in clusters."""
        return bool(self.clusters)

    @classmethod
    def open(cls, session: Session, view: CaseView) -> Self:
        """Read the ids of a view; raises SessionError, FilterRefused for its filter."""
        run = session.library.run(view.run_id)
        dataset = next(d for d in session.library.datasets() if d.id == run.dataset_id)
        ids = session.cases.ids(view)
        clustered = any(case.cluster is not None for case in session.cases.rows(view, ids[:8]))
        return cls(
            session=session,
            view=view,
            run=run,
            candidates=dataset.n_images if view.direction == "t2i" else dataset.n_captions,
            total=session.cases.total(view),
            ids=ids,
            clusters=session.clusters.called(view.run_id, view.direction) if clustered else {},
            names=session.library.names(run.dataset_id),
            whose=session.cases.whose(run.dataset_id),
        )

    @classmethod
    def first(cls, session: Session) -> CaseSource | None:
        """Open the worst failures of the newest run; None in a workspace without runs."""
        run = session.library.latest_run()
        if run is None:
            return None
        return cls.widened(session, CaseView(run.id, "t2i", FIRST_FILTERS[0], "margin"))

    @classmethod
    def widened(cls, session: Session, view: CaseView) -> CaseSource:
        """Open a view, with one of the first filters where its own leaves nothing."""
        source = cls.open(session, view)
        for words in FIRST_FILTERS:
            if len(source.ids):
                break
            source = cls.open(session, replace(view, filter=words))
        return source

    def first_filter(self) -> str:
        """Return the first filter that leaves cases of this run and direction."""
        for words in FIRST_FILTERS:
            view = replace(self.view, filter=words, sort="id")
            if len(self.ids if words == self.view.filter else self.session.cases.ids(view)):
                return words
        return ""

    def beside(self, run_id: int) -> Self:
        """Return the same cases with what another run retrieved for each of them."""
        view = CaseView(run_id, self.view.direction, "", self.view.sort)
        run = self.session.library.run(run_id)
        other = CaseSource(
            session=self.session,
            view=view,
            run=run,
            candidates=self.candidates,
            total=self.total,
            ids=self.ids,
            clusters=self.clusters,
            names=self.names,
        )
        return replace(self, other=other)

    def rows(self, ids: Sequence[int]) -> list[CaseRow]:
        """Read rows of the list."""
        cases = self.session.cases.rows(self.view, ids)
        blind = self.session.blind
        return [
            case_row(case, self.session.taxonomy, blind=blind, clusters=self.clusters)
            for case in cases
        ]

    def cases(self, ids: Iterable[int]) -> list[Case]:
        """Read cases as they are stored now."""
        return self.session.cases.rows(self.view, list(ids))

    def load(self, query_id: int) -> Loaded:
        """Read everything about a case, in both runs where there are two."""
        detail = self.session.cases.detail(self.view, query_id)
        sheet = case_sheet(
            detail,
            self.session.taxonomy,
            candidates=self.candidates,
            model=self.run.model,
            blind=self.session.blind,
            names=self.names,
            right=self.session.cases.right_counts(self.run.dataset_id, self.view.direction),
        )
        suggestions = () if self.session.blind else detail.suggestions
        probes = self.session.probes.of(detail.case)
        if self.other is None:
            return Loaded(detail.case, sheet, suggestions, probes)
        other = self.other.load(query_id)
        return Loaded(detail.case, beside(sheet, other.sheet), suggestions, probes, other)

    def neighbours(self, loaded: Loaded) -> list[NeighbourRow]:
        """Return a case, then the failures of the run that are most like it."""
        from workbench.presenters.neighbours import neighbour_row

        alone = replace(self, other=None)
        rows = [neighbour_row(loaded.sheet, loaded.case.rank, None)]
        for near in self.session.neighbours.of(loaded.case):
            there = alone.load(near.query_id)
            rows.append(neighbour_row(there.sheet, there.case.rank, near.alike))
        return rows

    def counts(self) -> CaseCounts:
        """Count how far the labelling is."""
        return self.session.cases.counts(self.view)

    def with_status(self, status: str) -> array[int]:
        """Return the ids of this view that are undecided, decided or skipped."""
        view = self.view
        words = f"{view.filter} status:{status}".strip()
        return self.session.cases.ids(CaseView(view.run_id, view.direction, words, view.sort))
