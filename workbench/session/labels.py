"""What a person decides about cases: one commit for each act, before anything moves on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from store.decisions import Merge
from store.records.case import Case
from store.records.decision import Decision, NewDecision, Verdict
from store.records.direction import Direction
from store.workspace import Workspace
from workbench.session.backups import Backups
from workbench.session.errors import SessionError, told

LOOKED_BACK = 100
"""Decisions among which the label is looked for that was given last."""


class SessionLabels:
    """Writes the decisions of one annotator."""

    def __init__(
        self,
        workspace: Workspace,
        annotator: str,
        guide_version: str,
        backups: Backups,
        *,
        readonly: bool,
        blind: bool,
    ) -> None:
        self._workspace = workspace
        self._annotator = annotator
        self._guide_version = guide_version
        self._backups = backups
        self._readonly = readonly
        self._blind = blind
        self._dataset_of_run: dict[int, int] = {}
        self._repeated: tuple[str, ...] = ()

    @told
    def decide(
        self,
        case: Case,
        *,
        categories: Sequence[str] | None = None,
        verdict: Verdict | None = None,
        note: str | None = None,
        star: bool | None = None,
        adjudicates: bool = False,
    ) -> Decision:
        """Store a decision that changes what is given and keeps the rest of one's own.

        What others decided is never taken over: their label stays theirs, whoever stars the case.
        Categories without a verdict mean "labelled"; no categories mean "undecided". A decision
        that adjudicates settles what annotators disagree about.
        """
        self._check_writable()
        merge = _merge(categories, verdict, note, star)
        decision = self._workspace.decisions.add(
            self._new(case), adjudicates=adjudicates, merge=merge
        )
        self._backups.decided(decision.id, decision.id)
        self._repeated = tuple(categories or ()) or self._repeated
        return decision

    @told
    def decide_many(
        self,
        cases: Sequence[Case],
        *,
        categories: Sequence[str] | None = None,
        verdict: Verdict | None = None,
        star: bool | None = None,
        adjudicates: bool = False,
    ) -> list[Decision]:
        """Decide several cases alike: one transaction and one undo step."""
        self._check_writable()
        new = [self._new(case) for case in cases]
        merge = _merge(categories, verdict, None, star)
        added = self._workspace.decisions.add_many(new, adjudicates=adjudicates, merge=merge)
        decisions = list(added)
        if decisions:
            self._backups.decided(decisions[0].id, decisions[-1].id)
            self._repeated = tuple(categories or ()) or self._repeated
        return decisions

    def repeated(self) -> tuple[str, ...]:
        """Return the label that was given last, here or before the start; () if there is none.

        Notes and stars are decisions too, which keep the label of their case.
        """
        if not self._repeated:
            of_case: dict[tuple[int, str, int], tuple[str, ...]] = {}
            for one in reversed(self.history(LOOKED_BACK)):
                case = one.dataset_id, one.direction, one.query_id
                if one.undoes is None and one.categories not in ((), of_case.get(case)):
                    self._repeated = one.categories
                of_case[case] = one.categories
        return self._repeated

    @told
    def of_annotators(self, case: Case) -> dict[str, tuple[str, ...]]:
        """Return everybody's categories of a case; nothing when blind."""
        if self._blind:
            return {}
        dataset_id = self._dataset(case.run_id)
        return self._workspace.decisions.labels(
            dataset_id, case.direction, case.query_id, case.top_id
        )

    @told
    def undo(self) -> list[Decision]:
        """Take back the newest step of this annotator; empty if there is none."""
        self._check_writable()
        return list(self._workspace.decisions.undo(self._annotator))

    @told
    def redo(self) -> list[Decision]:
        """Do again what was taken back last; empty if there is nothing."""
        self._check_writable()
        return list(self._workspace.decisions.redo(self._annotator))

    @told
    def history(self, limit: int = 200) -> list[Decision]:
        """Return this annotator's decisions, newest first."""
        return list(self._workspace.decisions.history(annotator=self._annotator, limit=limit))

    @told
    def queries(self, decisions: Sequence[Decision]) -> dict[tuple[str, int], str]:
        """Return the texts of the queries of decisions, by direction and query id."""
        asked: dict[tuple[int, Direction], set[int]] = {}
        for one in decisions:
            if one.run_id is not None:
                asked.setdefault((one.run_id, one.direction), set()).add(one.query_id)
        return {
            (direction, case.query_id): case.query
            for (run_id, direction), ids in asked.items()
            for case in self._workspace.cases.rows(run_id, direction, sorted(ids))
        }

    def _new(self, case: Case) -> NewDecision:
        return NewDecision(
            dataset_id=self._dataset(case.run_id),
            direction=case.direction,
            query_id=case.query_id,
            top_id=case.top_id,
            annotator=self._annotator,
            categories=(),
            verdict="undecided",
            suggestion=case.suggestion,
            suggestion_score=case.suggestion_score,
            guide_version=self._guide_version,
            run_id=case.run_id,
        )

    def _dataset(self, run_id: int) -> int:
        if run_id not in self._dataset_of_run:
            self._dataset_of_run[run_id] = self._workspace.runs.get(run_id).dataset_id
        return self._dataset_of_run[run_id]

    def _check_writable(self) -> None:
        if self._readonly:
            raise SessionError("This workspace is open read-only (--readonly): nothing is written.")


def _merge(
    categories: Sequence[str] | None, verdict: Verdict | None, note: str | None, star: bool | None
) -> Merge:
    """Return what puts a change onto the decision that holds when it is written."""

    def merge(new: NewDecision, now: Decision | None) -> NewDecision:
        kept: tuple[str, ...] = now.categories if now else ()
        chosen = tuple(categories) if categories is not None else kept
        decided = verdict
        if decided is None and categories is not None:
            decided = "labelled" if chosen else "undecided"
        if decided is None:
            decided = now.verdict if now else "undecided"
        return replace(
            new,
            categories=chosen if decided == "labelled" else (),
            verdict=decided,
            note=note if note is not None else (now.note if now else ""),
            star=star if star is not None else (now.star if now else False),
        )

    return merge
