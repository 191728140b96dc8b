"""The two sides of a case: what a caption claims, and the captions of the image it was put to.

In t2i the query makes the claim and the retrieved image is to satisfy it. In i2t it is the other
way round: the wrongly retrieved caption makes the claim, and the query image is to satisfy it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plugins.api import FailureCase, Side, Span
from plugins.labelers.outline import Outline, outline_of
from plugins.labelers.readings import Token


@dataclass(frozen=True, slots=True)
class Told:
    """A caption with its place in the case."""

    outline: Outline
    text: str
    side: Side
    caption: int

    def spans(self, tokens: Iterable[Token]) -> tuple[Span, ...]:
        """Mark words as evidence."""
        found = sorted({(token.start, token.end) for token in tokens})
        return tuple(Span(self.side, self.caption, start, end) for start, end in found)

    def quote(self, tokens: Iterable[Token]) -> str:
        """Quote words for a reason sentence, in one line."""
        found = sorted({(token.start, token.end) for token in tokens})
        return ", ".join("'" + " ".join(self.text[a:b].split()) + "'" for a, b in found)


@dataclass(frozen=True, slots=True)
class Sides:
    """A claim, the other captions of its own image, and those of the image it was put to."""

    claim: Told
    siblings: tuple[Outline, ...]
    others: tuple[Told, ...]


def sides_of(case: FailureCase) -> Sides:
    """Read a case."""
    language = case.language
    if case.direction == "t2i":
        claim = Told(outline_of(case.query, language), case.query, "query", 0)
        siblings = [text for text in case.positives if text != case.query]
        others = _told(case.retrieved, "retrieved", language)
    else:
        text = case.retrieved[0] if case.retrieved else ""
        claim = Told(outline_of(text, language), text, "retrieved", 0)
        siblings = list(case.retrieved[1:])
        others = _told(case.positives, "positive", language)
        if case.query not in case.positives:
            others = (
                Told(outline_of(case.query, language), case.query, "query", 0),
                *others,
            )
    return Sides(claim, tuple(outline_of(text, language) for text in siblings), others)


def _told(texts: tuple[str, ...], side: Side, language: str) -> tuple[Told, ...]:
    return tuple(Told(outline_of(t, language), t, side, i) for i, t in enumerate(texts))
