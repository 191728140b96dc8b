"""The cases of a run: ids in order, rows by id, details, counts, export."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.records.case import Case, CaseCounts, CaseDetail
from store.records.direction import Direction
from store.workspace import Workspace
from workbench.compute.slice_words import know_slices
from workbench.session.errors import told
from workbench.views.case_view import CaseView

if TYPE_CHECKING:
    from store.filter import Filter
    from workbench.jobs.export import ExportRequest, What
    from workbench.jobs.export_file import ExportResult


class SessionCases:
    """Reads cases as one annotator sees them.

    With `blind` there are no suggestions and no decisions of others; `by` is whose decisions count
    otherwise, None the newest by anyone.
    """

    def __init__(
        self,
        workspace: Workspace,
        categories: Mapping[str, str],
        *,
        annotator: str,
        blind: bool,
        by: str | None = None,
    ) -> None:
        self._workspace = workspace
        self._categories = categories
        self._blind = blind
        self.annotator = annotator if blind else by
        self._me = annotator
        self._right: dict[tuple[int, Direction, int], Mapping[str, tuple[int, int]]] = {}

    @told
    def canonical(self, text: str) -> str:
        """Return a filter in its canonical form; raises FilterRefused naming the wrong word."""
        return str(self._parsed(text))

    def slice_words(self, view: CaseView) -> list[str]:
        """Return the values of `slice:` that are known by now; does not wait."""
        return know_slices(self._workspace).offered(view.run_id, view.direction)

    @told
    def must_read(self, view: CaseView) -> bool:
        """Say whether a view needs what captions say, and they were not read yet."""
        if not any(term.field == "slice" for term in self._parsed(view.filter).terms):
            return False
        run = self._workspace.runs.get(view.run_id)
        return not know_slices(self._workspace).has_read(run.dataset_id)

    @told
    def read_captions(self, view: CaseView) -> None:
        """Read what the captions of a view's data set say, where that is not known yet."""
        run = self._workspace.runs.get(view.run_id)
        know_slices(self._workspace).properties(run.dataset_id)

    @told
    def ids(self, view: CaseView) -> array[int]:
        """Return the query ids of the view in its order."""
        if self._blind:
            from store.blind_filter import check_order

            check_order(view.sort)
        return self._workspace.cases.ids(
            view.run_id,
            view.direction,
            self._parsed(view.filter),
            view.sort,
            annotator=self.annotator,
        )

    @told
    def rows(self, view: CaseView, query_ids: Sequence[int]) -> list[Case]:
        """Return the cases with these ids in this order."""
        cases = self._workspace.cases.rows(
            view.run_id, view.direction, query_ids, annotator=self.annotator
        )
        return [self._seen(case) for case in cases]

    @told
    def ranks_in(self, view: CaseView, query_ids: Sequence[int]) -> list[int]:
        """Return the ranks of these queries in the run of a view, 0 where it lacks one."""
        return self._workspace.cases.ranks_in(view.run_id, view.direction, query_ids)

    @told
    def detail(self, view: CaseView, query_id: int) -> CaseDetail:
        """Return everything about a case."""
        detail = self._workspace.cases.detail(
            view.run_id, view.direction, query_id, annotator=self.annotator
        )
        if not self._blind:
            return detail
        return replace(detail, case=self._seen(detail.case), suggestions=(), missing_pair=None)

    @told
    def counts(self, view: CaseView) -> CaseCounts:
        """Return how far the labelling of the view is."""
        return self._workspace.cases.counts(
            view.run_id, view.direction, self._parsed(view.filter), annotator=self.annotator
        )

    @told
    def whose(self, dataset_id: int) -> str:
        """Say whose decisions count where that is not plain: "by mh" alone, or "by anyone"."""
        if self.annotator is not None:
            return f"by {self.annotator}"
        others = set(self._workspace.decisions.counts(dataset_id)) - {self._me}
        return "by anyone" if others else ""

    @told
    def total(self, view: CaseView) -> int:
        """Return how many queries the run has in this direction, filtered or not."""
        return self._workspace.cases.count(
            view.run_id, view.direction, self._parsed(""), annotator=self.annotator
        )

    @told
    def right_counts(self, dataset_id: int, direction: Direction) -> Mapping[str, tuple[int, int]]:
        """Return by category how many suggestions were right, of how many; nothing when blind.

        Counted once until something is committed.
        """
        if self._blind:
            return {}
        key = dataset_id, direction, self._workspace.changes()
        found = self._right.get(key)
        if found is None:
            found = self._workspace.judgements.right_counts(dataset_id, direction)
            self._right = {key: found}
        return found

    @told
    def export_preview(
        self,
        view: CaseView,
        limit: int = 3,
        *,
        what: What = "cases",
        groups: tuple[str, ...] | None = None,
    ) -> tuple[Sequence[str], Sequence[Mapping[str, Any]]]:
        """Return the columns and the first rows of an export."""
        from workbench.jobs.export import preview_rows

        columns, rows = preview_rows(self._workspace, self.request(view, what, groups), limit)
        return columns, rows

    @told
    def export(
        self,
        view: CaseView,
        path: Path,
        *,
        format: str = "csv",
        force: bool = False,
        spreadsheet_safe: bool = False,
        what: What = "cases",
        groups: tuple[str, ...] | None = None,
    ) -> ExportResult:
        """Write the view to a file and its .meta.json."""
        from workbench.jobs.export import export_cases

        return export_cases(
            self._workspace,
            self.request(view, what, groups),
            path,
            format=format,
            force=force,
            spreadsheet_safe=spreadsheet_safe,
        )

    @property
    def exports_dir(self) -> Path:
        """Where exports go unless told otherwise."""
        return self._workspace.path / "exports"

    def request(
        self, view: CaseView, what: What = "cases", groups: tuple[str, ...] | None = None
    ) -> ExportRequest:
        """Return an export of a view as this annotator sees it."""
        from workbench.jobs.export import GROUPS, ExportRequest

        return ExportRequest(
            view.run_id,
            view.direction,
            view.filter,
            view.sort,
            self.annotator,
            self._blind,
            what,
            tuple(GROUPS) if groups is None else groups,
        )

    def _seen(self, case: Case) -> Case:
        if not self._blind:
            return case
        return replace(case, suggestion=None, suggestion_score=None)

    def _parsed(self, text: str) -> Filter:
        from store.blind_filter import blinded
        from store.filter import parse

        found = parse(text, self._categories)
        return blinded(found) if self._blind else found
