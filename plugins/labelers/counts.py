"""How many of a thing two sides name, and whether both can be true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_

from plugins.labelers.outline import Outline
from plugins.labelers.readings import Count, Grade, Noun, Reading
from plugins.labelers.sides import Sides, Told

_TRUST: dict[Grade, float] = {
    "numeral": 1.0,
    "article": 0.7,
    "plural": 0.6,
    "bare": 0.3,
    "unknown": 0.2,
}
"""How much a count says by what it rests on: "a dog" may well be one of two."""

_DOUBT = 0.5
"""What is left where the claim's own siblings agree with the other side."""

_ENOUGH = 3
"""Captions that must speak of a thing for its number to be sure, less one."""

_Pick = Callable[[Reading], list[Noun]]


@dataclass(frozen=True, slots=True)
class Miscount:
    """Nouns of the claim and of another caption whose counts cannot both be true."""

    claim: Sequence[Noun]
    other: Sequence[Noun]
    told: Told
    strength: float


def miscounts(sides: Sides) -> Iterator[Miscount]:
    """Find things of which the other side has another number; persons also all together."""
    reading = sides.claim.outline.reading
    for lemma in dict.fromkeys(noun.lemma for noun in reading.nouns):
        yield from _miscount(sides, partial(Reading.of, lemma=lemma))
    yield from _miscount(sides, persons)


def persons(reading: Reading) -> list[Noun]:
    """Return the nouns that are persons."""
    groups = reading.language.groups
    return [n for n in reading.nouns if n.lemma == "person" or "person" in groups.get(n.lemma, ())]


def total(nouns: Sequence[Noun]) -> Count:
    """Return how many several mentions tell together."""
    return reduce(or_, (noun.count for noun in nouns))


def _miscount(sides: Sides, pick: _Pick) -> Iterator[Miscount]:
    wanted = pick(sides.claim.outline.reading)
    if not wanted:
        return
    count = total(wanted)
    there = [(told, nouns) for told in sides.others if (nouns := pick(told.outline.reading))]
    exact = [(told, nouns) for told, nouns in there if total(nouns).grade == "numeral"]
    if exact and count.grade == "numeral":
        there = exact  # "several" beside "five" tells nothing more
    if not there or any(total(nouns).agrees(count) for _, nouns in there):
        return
    told, nouns = max(there, key=lambda found: _TRUST[total(found[1]).grade])
    strength = _TRUST[count.grade] * _TRUST[total(nouns).grade]
    if len(sides.others) > 1:
        strength *= min(1.0, (len(there) + 1) / _ENOUGH)
    if any(_told_so(outline, pick, there) for outline in sides.siblings):
        strength *= _DOUBT
    yield Miscount(wanted, nouns, told, strength)


def _told_so(outline: Outline, pick: _Pick, there: Sequence[tuple[Told, list[Noun]]]) -> bool:
    nouns = pick(outline.reading)
    return bool(nouns) and any(total(nouns).agrees(total(other)) for _, other in there)
