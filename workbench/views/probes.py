"""What a model makes of edits of a query, as the details of a case show it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.case import Phrase


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """An edit: the edited words are marked; both scores are those of the true image."""

    code: str
    edited: Phrase
    own_score: str
    edited_score: str
    blind: bool


@dataclass(frozen=True, slots=True)
class ProbesView:
    """The edits of a query, and a sentence that says what they tell, or why there are none."""

    sentence: str
    lines: tuple[ProbeLine, ...] = ()
