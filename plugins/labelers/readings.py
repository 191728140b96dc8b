"""What is found in a caption: words, things, how many there are and what they are like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from plugins.labelers.language import Language, Word

Grade = Literal["unknown", "bare", "plural", "article", "numeral"]
"""What a count rests on, the weakest first."""

Tag = Literal[
    "noun", "part", "attribute", "number", "verb", "place", "pronoun", "negation", "other", "empty"
]
"""What a word does in its caption.

`part` is a noun that stands before another ("tennis" of "tennis ball"), `number` whatever says how
many, `place` a preposition or what else relates one thing to another, `empty` an article, an
auxiliary, a conjunction or a mark.
"""

_GRADES: tuple[Grade, ...] = get_args(Grade)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark with its characters [start, end) of the caption."""

    text: str
    start: int
    end: int
    word: Word
    tag: Tag = "empty"


@dataclass(frozen=True, slots=True)
class Count:
    """How many: at least `low` and, unless None, at most `high`, and what says so."""

    low: int
    high: int | None
    grade: Grade

    def agrees(self, other: Count) -> bool:
        """Say whether both can be true."""
        return (self.high is None or self.high >= other.low) and (
            other.high is None or other.high >= self.low
        )

    def __or__(self, other: Count) -> Count:
        """Join two mentions of a thing: the same ones again, or others besides."""
        high = None if self.high is None or other.high is None else self.high + other.high
        return Count(
            max(self.low, other.low), high, min(self.grade, other.grade, key=_GRADES.index)
        )


@dataclass(frozen=True, slots=True)
class Attribute:
    """A word that says what a thing is like; values of one kind exclude each other."""

    kind: str
    value: str
    lemma: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing in a caption: its lemma (synonyms made one), how many there are, what it is like.

    The phrase has the characters [start, end), its noun [head_start, end); `counting_words` are
    the lemmas of the words in it that say how many, `position` is its noun's among the words.
    """

    lemma: str
    start: int
    head_start: int
    end: int
    count: Count
    counting_words: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    position: int = -1


@dataclass(frozen=True, slots=True)
class Reading:
    """A caption as read: its words, its nouns in order, and the lemmas of its content words."""

    nouns: tuple[Noun, ...]
    lemmas: frozenset[str]
    words: tuple[Token, ...]
    language: Language

    def of(self, lemma: str) -> list[Noun]:
        """Return the nouns with a lemma."""
        return [noun for noun in self.nouns if noun.lemma == lemma]
