"""What the labelers share: ask for the judgement, and suggest only what has evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plugins.api import FailureCase, Span, Suggestion
from plugins.labelers.judgement import LEAST_SCORE, Judgement, judge


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a category is suggested: a sentence, and the words of both sides that show it."""

    reason: str
    spans: tuple[Span, ...]


class CategoryLabeler:
    """Suggests one category with the probability that it is right, where there is evidence."""

    version = "4"

    def __init__(self, category: str, evidence: Callable[[Judgement], Evidence | None]) -> None:
        self.name = category
        self._evidence = evidence

    def label(self, case: FailureCase) -> list[Suggestion]:
        """Suggest the category at most once."""
        judgement = judge(case)
        score = round(judgement.probabilities.get(self.name, 0.0), 4)
        if score < LEAST_SCORE:
            return []
        found = self._evidence(judgement)
        return [] if found is None else [Suggestion(self.name, score, found.reason, found.spans)]
