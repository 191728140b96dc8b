"""Suggests `attributes`: the same thing on both sides, but another colour, size, material, ..."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plugins.api import FailureCase, Span, Suggestion
from plugins.labelers.evidence import Sides, explained, quoted, sides_of
from plugins.labelers.lexicon import CLOTHES
from plugins.labelers.readings import Attribute, Noun, Reading

CATEGORY = "attributes"

_QUALITY = "quality"
_CONTRADICTED = 0.9
_OTHER_QUALITY = 0.7
_ONE_SIDED = 0.6
_OTHER_CLOTHES = 0.35
_DOUBT_FACTOR = 0.5
_LEAST_SHARE = 0.5
"""An attribute on one side only speaks for itself only where little else differs."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Words of one caption: a noun and, where there is one, what it is like."""

    noun: Noun
    attribute: Attribute | None

    @property
    def start(self) -> int:
        """Where the words begin."""
        return self.attribute.start if self.attribute is not None else self.noun.head_start

    @property
    def end(self) -> int:
        """Where the words end."""
        after = self.attribute is not None and self.attribute.start > self.noun.end
        return self.attribute.end if after and self.attribute is not None else self.noun.end


@dataclass(frozen=True, slots=True)
class _Finding:
    query: _Mark
    retrieved: _Mark
    caption: int
    score: float


class AttributeLabeler:
    """Compares what the query and the retrieved captions say about the same thing.

    A value is contradicted if a retrieved caption gives the thing another value of the same kind
    (red, blue) and none gives the query's. A value that only one side names counts where the
    captions hardly differ otherwise.
    """

    name = "attributes"
    version = "1"

    def label(self, case: FailureCase) -> list[Suggestion]:
        """Suggest `attributes` at most once, with the strongest finding as evidence."""
        findings = list(_findings(sides_of(case)))
        if not findings:
            return []
        return [_suggestion(case, max(findings, key=lambda finding: finding.score))]


def _findings(sides: Sides) -> Iterator[_Finding]:
    for noun in sides.query.nouns:
        there = [
            (i, o) for i, reading in enumerate(sides.retrieved) for o in reading.of(noun.lemma)
        ]
        if not there:
            yield from _clothes(sides, noun)
            continue
        said = {(a.kind, a.value) for _, other in there for a in other.attributes}
        for attribute in noun.attributes:
            if (attribute.kind, attribute.value) not in said:
                yield from _against(sides, noun, attribute, there)
        yield from _added(sides, noun, there)


def _against(
    sides: Sides, noun: Noun, attribute: Attribute, there: Sequence[tuple[int, Noun]]
) -> Iterator[_Finding]:
    """Find other values of the attribute's kind, or that there is none."""
    query = _Mark(noun, attribute)
    for caption, other in there:
        same_kind = [a for a in other.attributes if a.kind == attribute.kind]
        # What the query says of another one of these things contradicts nothing.
        values = [a for a in same_kind if not _told([sides.query], noun.lemma, a)]
        strength = _OTHER_QUALITY if attribute.kind == _QUALITY else _CONTRADICTED
        for value in values:
            factor = _DOUBT_FACTOR if _told(sides.positives, noun.lemma, value) else 1.0
            yield _finding(sides, query, _Mark(other, value), caption, strength * factor)
        if not same_kind:
            yield from _one_sided(sides, query, _Mark(other, None), caption)


def _added(sides: Sides, noun: Noun, there: Sequence[tuple[int, Noun]]) -> Iterator[_Finding]:
    """Find values that only the retrieved side has."""
    kinds = {attribute.kind for attribute in noun.attributes}
    for caption, other in there:
        for value in other.attributes:
            known = _told([sides.query, *sides.positives], noun.lemma, value)
            if not known and (value.kind not in kinds or value.kind == _QUALITY):
                yield from _one_sided(sides, _Mark(noun, None), _Mark(other, value), caption)


def _one_sided(sides: Sides, query: _Mark, other: _Mark, caption: int) -> Iterator[_Finding]:
    found = _finding(sides, query, other, caption, _ONE_SIDED)
    if found.score >= _ONE_SIDED * (0.5 + 0.5 * _LEAST_SHARE):
        yield found


def _clothes(sides: Sides, noun: Noun) -> Iterator[_Finding]:
    """Find what is worn instead of a piece of clothing that no retrieved caption mentions."""
    if noun.lemma not in CLOTHES:
        return
    for caption, reading in enumerate(sides.retrieved):
        for other in reading.nouns:
            if other.lemma in CLOTHES and not sides.query.of(other.lemma):
                yield _finding(
                    sides, _Mark(noun, None), _Mark(other, None), caption, _OTHER_CLOTHES
                )


def _told(readings: Sequence[Reading], lemma: str, value: Attribute) -> bool:
    return any(
        (value.kind, value.value) == (a.kind, a.value)
        for reading in readings
        for noun in reading.of(lemma)
        for a in noun.attributes
    )


def _finding(
    sides: Sides, query: _Mark, retrieved: _Mark, caption: int, strength: float
) -> _Finding:
    marks = (query, retrieved)
    words = {mark.attribute.lemma for mark in marks if mark.attribute is not None}
    if not words:
        words = {query.noun.lemma, retrieved.noun.lemma}
    share = explained(sides.query, sides.retrieved[caption], words)
    return _Finding(query, retrieved, caption, round(strength * (0.5 + 0.5 * share), 4))


def _suggestion(case: FailureCase, finding: _Finding) -> Suggestion:
    text = case.retrieved[finding.caption]
    where = "the retrieved caption" if case.direction == "i2t" else "a retrieved caption"
    here, there = quoted(case.query, [finding.query]), quoted(text, [finding.retrieved])
    return Suggestion(
        CATEGORY,
        finding.score,
        f"{here} here, {there} in {where}",
        (
            Span("query", 0, finding.query.start, finding.query.end),
            Span("retrieved", finding.caption, finding.retrieved.start, finding.retrieved.end),
        ),
    )


LABELER = AttributeLabeler()
