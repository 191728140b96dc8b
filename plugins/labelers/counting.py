"""Suggests `counting`: the same thing on both sides, but not as many of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_

from plugins.api import FailureCase, Side, Span, Suggestion
from plugins.labelers.evidence import Sides, explained, quoted, sides_of
from plugins.labelers.lexicon import PERSONS
from plugins.labelers.readings import Count, Noun, Reading

CATEGORY = "counting"

# How much a contradiction says by what the two counts rest on: "a dog" may well be one of two.
_STRENGTH = {
    frozenset({"numeral"}): 0.95,
    frozenset({"numeral", "plural"}): 0.85,
    frozenset({"numeral", "article"}): 0.8,
    frozenset({"plural", "article"}): 0.6,
    frozenset({"numeral", "bare"}): 0.6,
    frozenset({"plural", "bare"}): 0.5,
}
_PERSONS_FACTOR = 0.6
_DOUBT_FACTOR = 0.5
_LEAST_SCORE = 0.35
"""Below this the captions differ in so much else that the number decides nothing."""

_Pick = Callable[[Reading], list[Noun]]


@dataclass(frozen=True, slots=True)
class _Finding:
    """Nouns of the query and of a retrieved caption whose counts cannot both be true."""

    query: Sequence[Noun]
    retrieved: Sequence[Noun]
    caption: int
    score: float


class CountingLabeler:
    """Compares how many of a thing the query and the retrieved captions name.

    A thing speaks for `counting` only if no retrieved caption that mentions it agrees with the
    query. Where no person of the query is mentioned, people are counted together: two men are not
    three people.
    """

    name = "counting"
    version = "1"

    def label(self, case: FailureCase) -> list[Suggestion]:
        """Suggest `counting` at most once, with the strongest contradiction as evidence."""
        found = _findings(sides_of(case))
        findings = [finding for finding in found if finding.score >= _LEAST_SCORE]
        if not findings:
            return []
        return [_suggestion(case, max(findings, key=lambda finding: finding.score))]


def _findings(sides: Sides) -> Iterator[_Finding]:
    for lemma in dict.fromkeys(noun.lemma for noun in sides.query.nouns):
        yield from _contradiction(sides, partial(Reading.of, lemma=lemma), 1.0)
    mentioned = {noun.lemma for reading in sides.retrieved for noun in _persons(reading)}
    if mentioned.isdisjoint(noun.lemma for noun in _persons(sides.query)):
        yield from _contradiction(sides, _persons, _PERSONS_FACTOR)


def _persons(reading: Reading) -> list[Noun]:
    return [noun for noun in reading.nouns if noun.lemma in PERSONS]


def _contradiction(sides: Sides, pick: _Pick, factor: float) -> Iterator[_Finding]:
    wanted = pick(sides.query)
    if not wanted:
        return
    count = _total(wanted)
    there = [(i, pick(reading)) for i, reading in enumerate(sides.retrieved)]
    there = [(i, nouns) for i, nouns in there if nouns]
    if not there or any(_total(nouns).agrees(count) for _, nouns in there):
        return
    # The captions of the true image may themselves differ in number: then it decides less.
    told = [_total(nouns) for reading in sides.positives if (nouns := pick(reading))]
    if any(other.agrees(_total(nouns)) for other in told for _, nouns in there):
        factor *= _DOUBT_FACTOR
    for caption, nouns in there:
        yield _finding(sides, wanted, nouns, caption, factor)


def _finding(
    sides: Sides, wanted: Sequence[Noun], nouns: Sequence[Noun], caption: int, factor: float
) -> _Finding:
    strength = _STRENGTH.get(frozenset({_total(wanted).grade, _total(nouns).grade}), 0.4)
    words = {word for noun in (*wanted, *nouns) for word in noun.counting_words}
    share = explained(sides.query, sides.retrieved[caption], words)
    return _Finding(wanted, nouns, caption, round(strength * factor * (0.5 + 0.5 * share), 4))


def _total(nouns: Sequence[Noun]) -> Count:
    return reduce(or_, (noun.count for noun in nouns))


def _suggestion(case: FailureCase, finding: _Finding) -> Suggestion:
    text = case.retrieved[finding.caption]
    where = "the retrieved caption" if case.direction == "i2t" else "a retrieved caption"
    here, there = quoted(case.query, finding.query), quoted(text, finding.retrieved)
    return Suggestion(
        CATEGORY,
        finding.score,
        f"{here} here, {there} in {where}",
        (
            *_spans("query", 0, finding.query),
            *_spans("retrieved", finding.caption, finding.retrieved),
        ),
    )


def _spans(side: Side, caption: int, nouns: Sequence[Noun]) -> Iterator[Span]:
    return (Span(side, caption, noun.start, noun.end) for noun in nouns)


LABELER = CountingLabeler()
