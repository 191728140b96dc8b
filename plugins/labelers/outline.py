"""What a caption says, made ready to be looked up from another caption.

The words that tell what is seen, each with what else would say the same, how much it says, and the
part of the caption it belongs to: a person or animal with what it wears, holds and does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal

from plugins.labelers.caption import read_caption
from plugins.labelers.language import Language
from plugins.labelers.readings import Noun, Reading, Token

Sort = Literal["thing", "look", "act", "number", "place", "pronoun", "negation", "other", ""]
"""What a word tells: a thing, what it is like, what it does; "" where it tells nothing."""

_SORTS: dict[str, Sort] = {
    "number": "number",
    "place": "place",
    "pronoun": "pronoun",
    "negation": "negation",
}
_ALIKE, _BROADER = 0.9, 0.7
_MOST_KNOWN = 1 << 17
_MOST_BOUND = 24
"""Words of a part that are bound to each other; longer parts are no captions."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A word that tells what is seen."""

    token: Token
    sort: Sort
    forms: frozenset[str]
    """The word and its lemmas: one in common, and two mentions are of the same."""
    alike: frozenset[str]
    """What says the same of a picture, and narrower words."""
    broader: frozenset[str]
    weight: float
    """How much the word says of what is seen, up to 1."""
    part: int

    def told(self, bag: frozenset[str]) -> float:
        """Say how far words tell the same, from 0 to 1."""
        if not self.forms.isdisjoint(bag):
            return 1.0
        if not self.alike.isdisjoint(bag):
            return _ALIKE
        return _BROADER if not self.broader.isdisjoint(bag) else 0.0


@dataclass(frozen=True, slots=True)
class Outline:
    """A caption's reading with its mentions, the sort of every word, and look-up tables."""

    reading: Reading
    sorts: tuple[Sort, ...]
    mentions: tuple[Mention, ...]
    bag: frozenset[str]
    moods: tuple[Token, ...]
    owners: dict[int, int]
    """Position of a look -> position of the thing it belongs to."""
    parts: tuple[frozenset[str], ...]
    """The words of each part."""
    bindings: frozenset[tuple[str, str]]
    """Pairs of words, in order of the alphabet, that belong to one part."""

    @property
    def things(self) -> list[Mention]:
        """The mentions of things."""
        return [mention for mention in self.mentions if mention.sort == "thing"]


@lru_cache(maxsize=1 << 16)
def outline_of(text: str, language: str = "en") -> Outline:
    """Outline a caption; any text is accepted."""
    reading = read_caption(text, language)
    sorts = sorts_of(reading.words)
    known = reading.language
    parts, part_of = _parts(reading, sorts)
    mentions = tuple(
        _mention(token, sort, part_of[i], known)
        for i, (token, sort) in enumerate(zip(reading.words, sorts, strict=True))
        if sort in ("thing", "look", "act", "other")
    )
    bag = frozenset(form for mention in mentions for form in mention.forms)
    moods = tuple(t for t in reading.words if mood_of(t, known) is not None)
    owners = {
        i: owner for i, sort in enumerate(sorts) if sort == "look" for owner in _owner(sorts, i)
    }
    bindings = frozenset(
        pair for part in parts if len(part) <= _MOST_BOUND for pair in combinations(sorted(part), 2)
    )
    return Outline(reading, sorts, mentions, bag, moods, owners, parts, bindings)


def mood_of(token: Token, language: Language) -> str | None:
    """Return the mood that a word names."""
    word = token.word
    for form in (word.text, word.lemma, word.verb_lemma):
        if form in language.moods:
            return language.moods[form]
    return None


def forms_of(token: Token) -> frozenset[str]:
    """Return a word with its lemmas."""
    word = token.word
    return frozenset({word.text, word.lemma, word.verb_lemma} - {""})


def sorts_of(words: tuple[Token, ...]) -> tuple[Sort, ...]:
    """Say what each word tells; what stands before a thing is what the thing is like."""
    sorts: list[Sort] = [""] * len(words)
    for i in range(len(words) - 1, -1, -1):
        behind = sorts[i + 1] if i + 1 < len(words) else ""
        sorts[i] = _sort(words, i, behind in ("thing", "look"))
    return tuple(sorts)


def _sort(words: tuple[Token, ...], i: int, before_thing: bool) -> Sort:
    token, tag = words[i], words[i].tag
    if tag == "empty":
        return ""
    if tag in _SORTS:
        return _SORTS[tag]
    if token.word.attribute is not None and tag != "verb":
        return "look" if before_thing or not _stands_alone(words, i) else "thing"
    if tag in ("attribute", "part"):
        return "look"
    if before_thing and (tag in ("noun", "other") or _is_participle(words, i)):
        return "look"
    if tag == "verb":
        return "act"
    return "thing" if tag == "noun" else "other"


def _stands_alone(words: tuple[Token, ...], i: int) -> bool:
    """Tell a thing from a look of the same name: "an orange and a pear"."""
    if not words[i].word.noun or (i + 1 < len(words) and "and" in words[i + 1].word.roles):
        return False
    before = words[i - 1] if i else None
    return (
        before is None
        or before.tag == "number"
        or before.text in ("with", ",")
        or bool(before.word.roles & {"one", "definite", "and"})
    )


def _is_participle(words: tuple[Token, ...], i: int) -> bool:
    """Tell "a glowing sign" from "a man riding horses"."""
    if words[i].tag != "verb" or not words[i].text.endswith(("ing", "ed")):
        return False
    if i == 0:
        return True
    before = words[i - 1]
    fits = before.tag in ("empty", "number", "place", "attribute")
    return fits and "auxiliaries" not in before.word.roles


def _owner(sorts: tuple[Sort, ...], i: int) -> Iterable[int]:
    """Yield the thing that a look belongs to: the one behind it, else the last one before."""
    j = i + 1
    while j < len(sorts) and sorts[j] == "look":
        j += 1
    if j < len(sorts) and sorts[j] == "thing":
        return (j,)
    j = i - 1
    while j >= 0 and sorts[j] != "thing":
        j -= 1
    return (j,) if j >= 0 else ()


def _mention(token: Token, sort: Sort, part: int, language: Language) -> Mention:
    return Mention(token, sort, *_known(token, language), part)


_Known = tuple[frozenset[str], frozenset[str], frozenset[str], float]


def _known(token: Token, language: Language) -> _Known:
    """Return a word's forms, what is alike, what is broader, and its weight; kept for the word."""
    known = language.known.get(token.text)
    if known is None:
        forms = forms_of(token)
        alike: set[str] = set()
        broader: set[str] = set()
        for form in forms:
            alike |= language.alike.get(form, set()) | language.narrower.get(form, set())
            broader |= set(language.groups.get(form, ()))
        weight = min((language.weights.get(form, 1.0) for form in forms), default=1.0)
        known = forms, frozenset(alike), frozenset(broader), weight
        if len(language.known) >= _MOST_KNOWN:
            language.known.clear()
        language.known[token.text] = known
    return known


def _parts(
    reading: Reading, sorts: tuple[Sort, ...]
) -> tuple[tuple[frozenset[str], ...], list[int]]:
    """Part a caption at its persons and animals: whoever comes next begins a part."""
    language = reading.language
    words = reading.words
    starts = {n.position: _first_word(words, n) for n in reading.nouns if _is_actor(n, language)}
    begin = {start: position for position, start in starts.items()}
    parts: list[set[str]] = [set()]
    part_of: list[int] = []
    gender: str | None = None
    for i, token in enumerate(words):
        actor = begin.get(i)
        if actor is not None:
            parts.append(set())
            gender = language.genders.get(words[actor].word.lemma)
        elif (named := language.genders.get(token.text)) is not None and sorts[i] != "thing":
            if named != gender:
                parts.append(_of_gender(reading, named))
                gender = named
        elif _begins_another(words, i):
            parts.append(set())
            gender = None
        part_of.append(len(parts) - 1)
        if sorts[i] in ("thing", "look", "act"):
            parts[-1].add(token.word.verb_lemma if sorts[i] == "act" else token.word.lemma)
    return tuple(map(frozenset, parts)), part_of


def _begins_another(words: tuple[Token, ...], i: int) -> bool:
    """Notice "the one in red", "the other one"."""
    before = words[i - 1].word.roles if i else frozenset()
    return "others" in words[i].word.roles and "definite" in before


def _first_word(words: tuple[Token, ...], noun: Noun) -> int:
    i = noun.position
    while i > 0 and words[i - 1].start >= noun.start:
        i -= 1
    return i


def _is_actor(noun: Noun, language: Language) -> bool:
    above = language.groups.get(noun.lemma, ())
    return noun.lemma in ("person", "animal") or "person" in above or "animal" in above


def _of_gender(reading: Reading, gender: str) -> set[str]:
    genders = reading.language.genders
    return {noun.lemma for noun in reading.nouns if genders.get(noun.lemma) == gender}
