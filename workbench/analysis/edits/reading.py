"""A caption as words with their places, and what changes of it are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.analysis.edits.tables import Table, Tables

MOST = 3
"""Edits of a caption in a category."""

MAX_CHARACTERS = 2_000
"""What lies behind this is not edited: captions are shorter by far."""

Change = tuple[int, int, str]
"""The characters [start, end) and what stands there instead."""

_WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or number of a caption and its place."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """Return it as the tables have it."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Reading:
    """A caption, its words and the tables of its language."""

    text: str
    words: tuple[Word, ...]
    tables: Tables

    @classmethod
    def of(cls, text: str, tables: Tables) -> Reading:
        """Read a caption."""
        found = _WORD.finditer(text[:MAX_CHARACTERS])
        return cls(text, tuple(Word(m[0], m.start(), m.end()) for m in found), tables)

    @property
    def there(self) -> frozenset[str]:
        """The words in lower case."""
        return frozenset(word.lower for word in self.words)

    def stays(self, word: Word) -> bool:
        """Say whether a word means something else here: beside others, or as a noun ("Junge")."""
        if not self.tables.dictionary and word.text[0].isupper():
            noun = word.start > 0 or word.lower in self.tables.people
        else:
            noun = False
        return noun or not self.there.isdisjoint(self.tables.avoid.get(word.lower, ()))

    def plural(self, word: Word) -> bool:
        """Say whether a word is a noun that can be counted."""
        if self.tables.dictionary:
            nouns = _lemmas(word.lower)
            return word.lower in self.tables.plurals or (bool(nouns) and word.lower not in nouns)
        return word.text[0].isupper() and word.start > 0

    def replaced(self, table: Table) -> Iterator[Change]:
        """Replace words, each once before any twice; never by one that is there already."""
        there = self.there
        for turn in range(MOST):
            for word in self.words:
                others = [one for one in table.get(word.lower, ()) if one not in there]
                if not self.stays(word) and turn < len(others):
                    yield word.start, word.end, others[turn]

    def replaced_nouns(self, table: Table) -> Iterator[Change]:
        """As `replaced`, a plural by a plural."""
        for word in self.words:
            known = lemma(word.lower, table)
            for other in table.get(known, ())[:1]:
                new = other if known == word.lower else plural_of(other)
                if new and new not in self.there:
                    yield word.start, word.end, new


def one_of_each(kinds: Iterable[Iterable[Change]]) -> Iterator[Change]:
    """Return one change of each kind before a second of any."""
    rows = [list(kind) for kind in kinds]
    for place in range(max(map(len, rows))):
        yield from (row[place] for row in rows if place < len(row))


def lemma(word: str, table: Table) -> str:
    """Return a noun as a table has it."""
    return word if word in table or not table else next(iter(_lemmas(word)), word)


def plural_of(noun: str) -> str:
    """Return the English plural of a noun, "" for one that has none."""
    from lemminflect import getInflection

    return str((getInflection(noun, "NNS") or ("",))[0])


def _lemmas(word: str) -> tuple[str, ...]:
    from lemminflect import getAllLemmas

    found: tuple[str, ...] = getAllLemmas(word).get("NOUN", ())
    return found
