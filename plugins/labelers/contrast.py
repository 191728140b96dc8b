"""Two captions word by word: what only one of them says, and what has changed places.

Where the other side has a single caption, every difference counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from plugins.labelers.counts import miscounts
from plugins.labelers.outline import Outline, forms_of
from plugins.labelers.readings import Token
from plugins.labelers.sides import Sides

_SORTS = ("thing", "look", "act", "number", "place", "pronoun", "negation", "other")
_TAGS = ("noun", "part", "attribute", "number", "verb", "place", "pronoun", "negation", "other")
_CONTENT = ("thing", "look", "act", "other")
_INVERSIONS = ("tt", "at", "aa", "ll", "lt", "al")
_MOST_WORDS = 120
"""Words of a caption that are compared; longer ones are no captions."""

_TYPO, _TYPO_LENGTH = 0.8, 5


@dataclass(frozen=True, slots=True)
class Contrast:
    """The positions of words that only one caption has, and of those that both have."""

    missing: tuple[int, ...]
    extra: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def moved(self) -> list[tuple[int, int]]:
        """The pairs that stand in another order in the other caption than some neighbour."""
        found = set()
        for first, second in combinations(sorted(self.pairs), 2):
            if first[1] > second[1]:
                found |= {first, second}
        return sorted(found)


def contrast(one: Outline, other: Outline) -> Contrast:
    """Compare the words of two captions."""
    here, there = _keys(one), _keys(other)
    places: dict[str, list[int]] = defaultdict(list)
    for j, key in there:
        places[key].append(j)
    pairs: list[tuple[int, int]] = []
    missing = []
    for i, key in here:
        if places[key]:
            pairs.append((i, places[key].pop(0)))
        else:
            missing.append(i)
    used = {j for _, j in pairs}
    extra = [j for j, _ in there if j not in used]
    for i in list(missing):
        for j in extra:
            if _same(one.reading.words[i], other.reading.words[j]):
                pairs.append((i, j))
                missing.remove(i)
                extra.remove(j)
                break
    return Contrast(tuple(missing), tuple(extra), tuple(sorted(pairs)))


def contrast_features(sides: Sides) -> dict[str, float]:
    """Return what tells the categories apart, for sides with a single other caption."""
    one, other = sides.claim.outline, sides.others[0].outline
    found = contrast(one, other)
    words = [one.reading.words[i] for i in found.missing]
    others = [other.reading.words[j] for j in found.extra]
    sorts: Counter[str] = Counter(one.sorts[i] for i in found.missing)
    sorts_there: Counter[str] = Counter(other.sorts[j] for j in found.extra)
    if any(f.strength for f in miscounts(sides)):  # "a dog" against "two dogs": both are numbers
        for counted in (sorts, sorts_there):
            counted["number"] = max(sorts["number"], sorts_there["number"])
    features = _replaced("", sorts, sorts_there, _SORTS)
    tags: Counter[str] = Counter(t.tag for t in words)
    tags_there: Counter[str] = Counter(t.tag for t in others)
    tags["number"], tags_there["number"] = sorts["number"], sorts_there["number"]
    features |= _replaced("tag ", tags, tags_there, _TAGS)
    differing = set(+sorts) | set(+sorts_there)
    size = sum(sorts.values()) + sum(sorts_there.values())
    features |= {f"{n} words": float(size == n) for n in (0, 1, 2, 3)}
    features["many words"] = float(size > 3)
    for name in ("look", "place", "number"):
        features[f"only {name}"] = float(differing == {name})
    features["look and thing"] = float(differing == {"look", "thing"})
    both = [
        [t for t in side if t.word.attribute or t.tag == "attribute"] for side in (words, others)
    ]
    features["attribute for attribute"] = float(all(both))
    features["attribute"] = float(any(t.tag == "attribute" for t in words + others))
    features["part"] = float(any(t.tag == "part" for t in words + others))
    features["relational"] = float(any("relational" in t.word.roles for t in words + others))
    return (
        features | _numbers(sides, differing) | _looks(one, other) | _order(one, other, found, size)
    )


def _replaced(
    prefix: str, here: Mapping[str, int], there: Mapping[str, int], names: Sequence[str]
) -> dict[str, float]:
    features = {}
    for name in names:
        mine, theirs = here.get(name, 0), there.get(name, 0)
        features[f"{prefix}{name} replaced"] = float(min(mine, theirs) > 0)
        features[f"{prefix}{name} on one side"] = float(mine != theirs and min(mine, theirs) == 0)
    return features


def _numbers(sides: Sides, differing: set[str]) -> dict[str, float]:
    found = list(miscounts(sides))
    exact = any("numeral" in {noun.count.grade for noun in (*f.claim, *f.other)} for f in found)
    alone = differing <= {"number", "pronoun"}
    things = {tuple(noun.position for noun in f.claim) for f in found}
    return {
        "number": float(exact),
        "plural": float(bool(found) and not exact),
        "numbers": float(len(things) > 1),
        "number alone": float(exact and alone),
        "one number alone": float(exact and alone and len(things) == 1),
        "plural alone": float(bool(found) and not exact and alone),
    }


def _looks(one: Outline, other: Outline) -> dict[str, float]:
    against = absent = 0
    for lemma in dict.fromkeys(noun.lemma for noun in one.reading.nouns):
        there = other.reading.of(lemma)
        if not there:
            continue
        mine = {(a.kind, a.value) for noun in one.reading.of(lemma) for a in noun.attributes}
        theirs = {(a.kind, a.value) for noun in there for a in noun.attributes}
        for kind, _ in mine - theirs:
            against += any(kind == k for k, _ in theirs - mine)
            absent += not any(kind == k for k, _ in theirs - mine)
        absent += sum(not any(kind == k for k, _ in mine - theirs) for kind, _ in theirs - mine)
    return {
        "attribute contradicted": float(against > 0),
        "attributes contradicted": float(against > 1),
        "attribute absent": float(absent > 0),
    }


def _order(one: Outline, other: Outline, found: Contrast, size: int) -> dict[str, float]:
    common = [
        (i, j) for i, j in found.pairs if one.sorts[i] in _CONTENT or other.sorts[j] in _CONTENT
    ]
    inverted = Counter(
        "".join(sorted(one.sorts[a[0]][:1] + one.sorts[b[0]][:1]))
        for a, b in combinations(common, 2)
        if a[1] > b[1]
    )
    rebound = role = 0
    for i, j in common:
        kinds = {one.sorts[i], other.sorts[j]}
        if kinds == {"look"}:
            rebound += _owner(one, i) != _owner(other, j)
        elif kinds == {"look", "thing"}:
            role += 1
    features = {f"order {name}": float(inverted[name] > 0) for name in _INVERSIONS}
    things, changed = inverted["tt"] > 0, rebound > 0 or role > 0
    numbers = [
        (i, j) for i, j in found.pairs if one.sorts[i] == "number" and other.sorts[j] == "number"
    ]
    nouns = _sequence(one, ("noun", "part")), _sequence(other, ("noun", "part"))
    looks = _sequence(one, ("attribute", "number")), _sequence(other, ("attribute", "number"))
    return features | {
        "look of another": float(rebound > 0),
        "looks of others": float(rebound > 1),
        "look for thing": float(role > 0),
        "things only moved": float(things and not changed),
        "things and looks moved": float(things and changed),
        "looks only moved": float(rebound > 0 and not things),
        "things moved, few words": float(things and size <= 2),
        "things moved, many words": float(things and size > 4),
        "acts only moved": float(inverted["aa"] > 0 and not things and not rebound),
        "act and thing moved, few words": float(inverted["at"] > 0 and size <= 2),
        "numbers moved": float(any(a[1] > b[1] for a, b in combinations(numbers, 2))),
        "nouns moved": float(nouns[0] != nouns[1] and sorted(nouns[0]) == sorted(nouns[1])),
        "attributes moved": float(looks[0] != looks[1] and sorted(looks[0]) == sorted(looks[1])),
        "same words, other nouns": float(size == 0 and nouns[0] != nouns[1]),
        "same words, same nouns": float(size == 0 and nouns[0] == nouns[1]),
    }


def _sequence(outline: Outline, tags: tuple[str, ...]) -> list[str]:
    return [_key(token) for token in outline.reading.words[:_MOST_WORDS] if token.tag in tags]


def _owner(outline: Outline, position: int) -> str | None:
    owner = outline.owners.get(position)
    return outline.reading.words[owner].word.lemma if owner is not None else None


def _keys(outline: Outline) -> list[tuple[int, str]]:
    found = []
    for i, token in enumerate(outline.reading.words[:_MOST_WORDS]):
        if outline.sorts[i] and (key := _key(token)):
            found.append((i, key))
    return found


def _key(token: Token) -> str:
    """Return what makes two words the same: numbers by value, verbs by their own lemma."""
    word = token.word
    if token.tag == "number":
        if word.number is not None:
            return f"#{word.number}"
        return "#many" if word.roles & {"many", "counting_nouns"} else ""
    return word.verb_lemma if token.tag == "verb" else word.lemma


def _same(one: Token, other: Token) -> bool:
    if "number" in (one.tag, other.tag):
        return False
    return not forms_of(one).isdisjoint(forms_of(other)) or _typo(one, other)


def _typo(one: Token, other: Token) -> bool:
    """Take a word that no dictionary has for the misspelt other one."""
    a, b = one.text, other.text
    if min(len(a), len(b)) < _TYPO_LENGTH or a[0] != b[0] or (one.word.known and other.word.known):
        return False
    return SequenceMatcher(None, a[:30], b[:30]).ratio() >= _TYPO
