"""A claim against several captions of an image: what none of them says, and what they deny.

What one caption leaves out may well be in the picture; so a word weighs by what the other captions
of the claim's own image also mention, and what any caption of the other image says is satisfied.
"""

from __future__ import annotations

from dataclasses import dataclass

from plugins.labelers.counts import Miscount, miscounts
from plugins.labelers.outline import Mention, Outline, mood_of
from plugins.labelers.readings import Attribute, Noun
from plugins.labelers.sides import Sides, Told

_BASE = 0.3
"""The weight of a word that no sibling confirms, beside 1 for one that all confirm."""

_UNKNOWN = 0.5
"""How far a word counts as confirmed where the claim has no siblings."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention of the claim: how many siblings confirm it, how far the other side tells it."""

    mention: Mention
    salience: float
    told: float

    @property
    def missed(self) -> float:
        """How much is missing, from 0 to 1."""
        return self.mention.weight * (1 - self.told)

    @property
    def share(self) -> float:
        """How much the word counts in what is covered."""
        return self.mention.weight * (self.salience + _BASE)


@dataclass(frozen=True, slots=True)
class Wrong:
    """An attribute of the claim that the other side does not give the same thing.

    `value` is another one of its kind there, None without one; `elsewhere` says that something
    else has it there.
    """

    noun: Noun
    attribute: Attribute
    told: Told
    other: Noun
    value: Attribute | None
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Swap:
    """Two words of one part of the claim that the other side only tells of different ones."""

    words: tuple[str, str]
    told: Told


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a claim several captions tell."""

    heard: tuple[Heard, ...]
    closest: Told | None
    closeness: float
    miscounts: tuple[Miscount, ...]
    wrong: tuple[Wrong, ...]
    swaps: tuple[Swap, ...]
    bound: int
    """Pairs of words of a part that could be compared."""
    moods: frozenset[str]
    moods_there: frozenset[str]


def coverage_of(sides: Sides) -> Coverage:
    """Look a claim up in the captions of the other side."""
    claim = sides.claim.outline
    bags = [told.outline.bag for told in sides.others]
    union = frozenset().union(*bags)
    siblings = [outline.bag for outline in sides.siblings]
    heard = tuple(
        Heard(
            mention,
            sum(mention.told(bag) > 0 for bag in siblings) / len(siblings)
            if siblings
            else _UNKNOWN,
            mention.told(union),
        )
        for mention in claim.mentions
    )
    closest, closeness = _closest(heard, sides)
    swaps, bound = _swaps(sides)
    return Coverage(
        heard,
        closest,
        closeness,
        tuple(miscounts(sides)),
        tuple(_wrong(sides, union)),
        swaps,
        bound,
        _moods(claim),
        frozenset().union(*(_moods(told.outline) for told in sides.others)),
    )


def _closest(heard: tuple[Heard, ...], sides: Sides) -> tuple[Told | None, float]:
    whole = sum(h.share for h in heard)
    best: tuple[Told | None, float] = (sides.others[0] if sides.others else None, 0.0)
    for told in sides.others if whole else ():
        bag = told.outline.bag
        near = sum(h.share * h.mention.told(bag) for h in heard)
        if near / whole > best[1]:
            best = told, near / whole
    return best


def _wrong(sides: Sides, union: frozenset[str]) -> list[Wrong]:
    everywhere = {
        (a.kind, a.value)
        for told in sides.others
        for noun in told.outline.reading.nouns
        for a in noun.attributes
    }
    found = []
    for noun in sides.claim.outline.reading.nouns:
        if not noun.attributes:
            continue
        there = [(t, o) for t in sides.others for o in t.outline.reading.of(noun.lemma)]
        said = {(a.kind, a.value) for _, other in there for a in other.attributes}
        for attribute in noun.attributes if there else ():
            key = attribute.kind, attribute.value
            if key in said:
                continue
            elsewhere = key in everywhere or attribute.lemma in union
            found.append(_wrong_one(noun, attribute, there, elsewhere))
    return found


def _wrong_one(
    noun: Noun, attribute: Attribute, there: list[tuple[Told, Noun]], elsewhere: bool
) -> Wrong:
    for told, other in there if attribute.kind != "quality" else ():
        for value in other.attributes:
            if value.kind == attribute.kind:
                return Wrong(noun, attribute, told, other, value, elsewhere)
    return Wrong(noun, attribute, *there[0], None, elsewhere)


def _swaps(sides: Sides) -> tuple[tuple[Swap, ...], int]:
    """Find pairs that belong to one part of the claim, and to different ones on the other side."""
    weights = sides.claim.outline.reading.language.weights
    parted = [told for told in sides.others if len(told.outline.parts) > 1]
    swaps, bound = [], 0
    for one, two in sorted(sides.claim.outline.bindings) if parted else ():
        if weights.get(one, 1.0) < 1 and weights.get(two, 1.0) < 1:
            continue
        if any((one, two) in told.outline.bindings for told in sides.others):
            bound += 1
            continue
        apart = next((t for t in parted if one in t.outline.bag and two in t.outline.bag), None)
        if apart is not None:
            bound += 1
            swaps.append(Swap((one, two), apart))
    return tuple(swaps), bound


def _moods(outline: Outline) -> frozenset[str]:
    named = {mood_of(token, outline.reading.language) for token in outline.moods}
    return frozenset(mood for mood in named if mood is not None and mood != "mood")
