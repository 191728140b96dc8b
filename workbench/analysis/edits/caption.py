"""Edits of an English caption, category by category."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from workbench.analysis.edits.words import (
    ACTIONS,
    ATTRIBUTES,
    MOODS,
    NUMBERS,
    PEOPLE,
    RELATIONS,
    THINGS,
)

VERSION = "1"
"""Another version of the edits makes other probes."""

EVERY, FAILURES = f"{VERSION} every query", f"{VERSION} failures"
"""What a probing is stored as: the version of its edits, and which queries were edited."""

MOST = 3
"""Edits of a caption in a category."""

MAX_CHARACTERS = 2_000
"""What lies behind this is not edited: captions are shorter by far."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_PRONOUNS = frozenset({"he", "she", "him", "his", "her", "hers", "himself", "herself"})


@dataclass(frozen=True, slots=True)
class Edit:
    """A caption in which the characters [start, end) of the original became other words."""

    category: str
    text: str
    old: str
    new: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()


def edits_of(text: str, language: str = "en") -> list[Edit]:
    """Return the edits of a caption, at most `MOST` a category; none in a language not known.

    >>> [(edit.category, edit.text) for edit in edits_of("Two dogs in a red car")][:3]
    [('counting', 'Three dogs in a red car'), ('counting', 'Four dogs in a red car'), \
('attributes', 'Two dogs in a blue car')]
    """
    if not language.lower().startswith("en"):
        return []
    words = [_Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text[:MAX_CHARACTERS])]
    found: list[Edit] = []
    for category, make in _CATEGORIES.items():
        made: dict[str, Edit] = {}
        for start, end, new in make(words):
            edit = _edit(text, category, start, end, new)
            if edit.text != text:
                made.setdefault(edit.text, edit)
        found += list(made.values())[:MOST]
    return found


_Change = tuple[int, int, str]
"""The characters [start, end) and what stands there instead."""


def _counting(words: list[_Word]) -> Iterator[_Change]:
    """Let another number stand before a plural: one more, one less but not one, two more."""
    for place, word in enumerate(words):
        number = _number(word.lower)
        behind = words[place + 1 : place + 5]
        if number is None or not any(_plural(one.lower) for one in behind):
            continue
        for other in (number + 1, number - 1, number + 2):
            if 2 <= other <= 10:
                new = str(other) if word.text.isdecimal() else NUMBERS[other - 2]
                yield word.start, word.end, new


def _attributes(words: list[_Word]) -> Iterator[_Change]:
    there = {one.lower for one in words}
    age = {"old"} if there & {"year", "years"} else set()  # "two years old" is no attribute
    fruit = {"orange"} if there & {"fruit", "juice", "slice"} else set()
    yield from _replaced(words, ATTRIBUTES, frozenset(age | fruit))


def _abstract(words: list[_Word]) -> Iterator[_Change]:
    yield from _replaced(words, MOODS)


def _fine_grained(words: list[_Word]) -> Iterator[_Change]:
    people = {} if {one.lower for one in words} & _PRONOUNS else PEOPLE
    kinds = [
        _replaced(words, ACTIONS),
        _replaced_nouns(words, THINGS),
        _replaced(words, RELATIONS),
        _replaced_nouns(words, people),
    ]
    rows = [list(kind) for kind in kinds]
    for place in range(max(map(len, rows))):  # one of each kind before a second of any
        yield from (row[place] for row in rows if place < len(row))


def _coreference(words: list[_Word]) -> Iterator[_Change]:
    """Exchange two of a kind in place: left and right, people, colours, things, acts."""
    sides = {"left": "right", "right": "left"}
    yield from ((w.start, w.end, sides[w.lower]) for w in words if w.lower in sides)
    tables = [PEOPLE, ATTRIBUTES, THINGS, ACTIONS]
    if {one.lower for one in words} & _PRONOUNS:
        tables.remove(PEOPLE)  # "his" would be another one's
    for table in tables:
        named = [word for word in words if word.lower in table]
        for first, second in pairwise(named):
            ring = {first.lower, *table[first.lower]}
            if first.lower != second.lower and (table is THINGS or second.lower in ring):
                yield first.start, second.end, f"{second.lower}\0{first.lower}"


def _replaced(
    words: list[_Word],
    table: Mapping[str, tuple[str, ...]],
    avoid: frozenset[str] = frozenset(),
) -> Iterator[_Change]:
    """Replace words, each once before any twice; never by one that is in the caption already."""
    there = {word.lower for word in words}
    for turn in range(MOST):
        for word in words:
            others = [one for one in table.get(word.lower, ()) if one not in there]
            if word.lower not in avoid and turn < len(others):
                yield word.start, word.end, others[turn]


def _replaced_nouns(words: list[_Word], table: Mapping[str, tuple[str, ...]]) -> Iterator[_Change]:
    """As `_replaced`, a plural by a plural."""
    for word in words:
        lemma = word.lower if word.lower in table else _lemma(word.lower)
        for other in table.get(lemma, ())[:1]:
            new = other if lemma == word.lower else _plural_of(other)
            if new and new not in {one.lower for one in words}:
                yield word.start, word.end, new


def _edit(text: str, category: str, start: int, end: int, new: str) -> Edit:
    """Put words in place, exchange those around it for an exchange, and put a and an right."""
    if "\0" in new:
        first, last = new.split("\0")
        between = text[start + len(last) : end - len(first)]
        new = f"{first}{between}{last}"
    if text[start].isupper():
        new = new[0].upper() + new[1:]
    new = re.sub(r"\b(an?)(\s+)(\w)", lambda m: f"{_article(m[1], m[3])}{m[2]}{m[3]}", new)
    before = text[:start]
    if m := re.search(r"\b(an?)(\s+)$", before, re.IGNORECASE):
        before = f"{before[: m.start()]}{_article(m[1], new[0])}{m[2]}"
    edited = f"{before}{new}{text[end:]}"
    return Edit(category, edited, text[start:end], new, start, end)


def _article(article: str, letter: str) -> str:
    return article[0] + ("n" if letter.lower() in "aeiou" else "")


def _number(word: str) -> int | None:
    if word.isdecimal() and len(word) <= 2:
        return int(word) if 2 <= int(word) <= 10 else None
    return NUMBERS.index(word) + 2 if word in NUMBERS else None


def _plural(word: str) -> bool:
    from lemminflect import getAllLemmas

    nouns = getAllLemmas(word).get("NOUN", ())
    return bool(nouns) and word not in nouns


def _lemma(word: str) -> str:
    from lemminflect import getAllLemmas

    return str(getAllLemmas(word).get("NOUN", (word,))[0])


def _plural_of(noun: str) -> str:
    from lemminflect import getInflection

    return str((getInflection(noun, "NNS") or ("",))[0])


_CATEGORIES: Mapping[str, Callable[[list[_Word]], Iterator[_Change]]] = {
    "counting": _counting,
    "attributes": _attributes,
    "coreference": _coreference,
    "abstract": _abstract,
    "fine_grained": _fine_grained,
}
