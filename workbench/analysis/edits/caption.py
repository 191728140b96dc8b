"""Edits of a caption, category by category, in the languages that have tables (`languages`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from workbench.analysis.edits.counting import counting
from workbench.analysis.edits.reading import MOST, Change, Reading, one_of_each
from workbench.analysis.edits.tables import tables_of

VERSION = "2"
"""Another version of the edits makes other probes."""

EVERY, FAILURES = f"{VERSION} every query", f"{VERSION} failures"
"""What a probing is stored as: the version of its edits, and which queries were edited."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A caption in which the characters [start, end) of the original became other words."""

    category: str
    text: str
    old: str
    new: str
    start: int
    end: int


def edits_of(text: str, language: str = "en") -> list[Edit]:
    """Return the edits of a caption, at most `MOST` a category; none in a language not known.

    >>> [(edit.category, edit.text) for edit in edits_of("Two dogs in a red car")][:3]
    [('counting', 'Three dogs in a red car'), ('counting', 'Two dogs in two red cars'), \
('counting', 'Four dogs in a red car')]
    """
    tables = tables_of(language)
    if tables is None:
        return []
    caption = Reading.of(text, tables)
    found: list[Edit] = []
    for category, make in _CATEGORIES.items():
        made: dict[str, Edit] = {}
        for start, end, new in make(caption):
            edit = _edit(caption, category, start, end, new)
            if edit.text != text:
                made.setdefault(edit.text, edit)
        found += list(made.values())[:MOST]
    return found


def _attributes(caption: Reading) -> Iterator[Change]:
    yield from caption.replaced(caption.tables.of("attributes"))


def _abstract(caption: Reading) -> Iterator[Change]:
    yield from caption.replaced(caption.tables.of("moods"))


def _fine_grained(caption: Reading) -> Iterator[Change]:
    tables = caption.tables
    people = {} if _pronouns(caption) else tables.of("people")
    yield from one_of_each(
        (
            caption.replaced(tables.of("actions")),
            caption.replaced_nouns(tables.of("things")),
            caption.replaced(tables.of("relations")),
            caption.replaced_nouns(people),
        )
    )


def _coreference(caption: Reading) -> Iterator[Change]:
    """Exchange two of a kind in place: left and right, people, colours, things, acts.

    Where two kinds of people are named, a pronoun becomes the other's.
    """
    tables = caption.tables
    yield from caption.replaced(tables.of("sides"))
    if len(caption.there & tables.people) > 1:
        for word in caption.words[:-1]:  # at the end "her" is whom, not whose
            if other := tables.of("pronouns").get(word.lower):
                yield word.start, word.end, other[0]
    for kind in ("people", "attributes", "things", "actions"):
        table = tables.of(kind)
        if kind == "people" and _pronouns(caption):
            continue  # "his" would be another one's
        named = [word for word in caption.words if word.lower in table]
        for first, second in pairwise(named):
            ring = {first.lower, *table[first.lower]}
            if first.lower != second.lower and (kind == "things" or second.lower in ring):
                between = caption.text[first.end : second.start]
                if kind == "things" and not between.strip():
                    continue  # "a dog house"
                yield first.start, second.end, f"{second.lower}{between}{first.lower}"


def _pronouns(caption: Reading) -> bool:
    return not caption.there.isdisjoint(caption.tables.of("pronouns"))


def _edit(caption: Reading, category: str, start: int, end: int, new: str) -> Edit:
    """Put words in place, and put a and an right."""
    text, articles = caption.text, caption.tables.articles
    if text[start].isupper():
        new = new[0].upper() + new[1:]
    before = text[:start]
    if articles:
        new = re.sub(r"\b(an?)(\s+)(\w)", lambda m: f"{_article(m[1], m[3])}{m[2]}{m[3]}", new)
        if m := re.search(r"\b(an?)(\s+)$", before, re.IGNORECASE):
            before = f"{before[: m.start()]}{_article(m[1], new[0])}{m[2]}"
    edited = f"{before}{new}{text[end:]}"
    return Edit(category, edited, text[start:end], new, start, end)


def _article(article: str, letter: str) -> str:
    return article[0] + ("n" if letter.lower() in "aeiou" else "")


_CATEGORIES: Mapping[str, Callable[[Reading], Iterator[Change]]] = {
    "counting": counting,
    "attributes": _attributes,
    "coreference": _coreference,
    "abstract": _abstract,
    "fine_grained": _fine_grained,
}
