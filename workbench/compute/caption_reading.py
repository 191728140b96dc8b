"""What captions say of their queries: the one place where slices meet the reading of the labelers.

Only what is in the words of a caption counts, never what a model made of it. Languages without
tables of their own have no such properties but their length.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from plugins.labelers.caption import read_caption
from plugins.labelers.readings import Count, Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NUMBERS, COLOURS, PRONOUNS, NEGATION, PLACES = (
    "a number",
    "a colour",
    "a pronoun",
    "a negation",
    "a spatial word",
)
MENTIONS = (NUMBERS, COLOURS, PRONOUNS, NEGATION, PLACES)
N_COLUMNS = 4 + len(MENTIONS)

_ONE = r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_WORD = re.compile(rf"{_ONE}|(?:(?!{_ONE})[^\W_])+")
"""A word, or a character of a script that is written without spaces."""


@dataclass(frozen=True, slots=True)
class CaptionColumns:
    """What n captions say, in their order.

    words     how many words
    people    the least number of people that are mentioned
    uncounted whether some of them have no number ("men", "a crowd")
    mentions  for each of `MENTIONS` whether there is one
    read      whether there are tables for the language: all but `words` is unknown otherwise
    """

    words: NDArray[np.int64]
    people: NDArray[np.int64]
    uncounted: NDArray[np.bool_]
    mentions: Mapping[str, NDArray[np.bool_]]
    read: NDArray[np.bool_]


def read_captions(captions: Iterable[tuple[str, str]]) -> CaptionColumns:
    """Read captions given as (text, language); about 10,000 a second."""
    return columns_of(caption_table(captions))


def caption_table(captions: Iterable[tuple[str, str]]) -> NDArray[np.int32]:
    """Return what n captions say as numbers (n, 9), for `columns_of`; they can be kept."""
    import numpy as np

    rows = [_row(text, language) for text, language in captions]
    return np.array(rows, np.int32).reshape(len(rows), N_COLUMNS)


def columns_of(table: NDArray[np.int32]) -> CaptionColumns:
    """Return what a table (n, 9) says."""
    return CaptionColumns(
        words=table[:, 0].astype("i8"),
        people=table[:, 1].astype("i8"),
        uncounted=table[:, 2] > 0,
        mentions={name: table[:, 4 + at] > 0 for at, name in enumerate(MENTIONS)},
        read=table[:, 3] > 0,
    )


@cache
def reading_version() -> str:
    """Return 16 hex digits that differ wherever captions may be read in another way.

    They come from the source and the tables of all that reads.
    """
    read = hashlib.sha256()
    here = resources.files("workbench")
    own = (here / "compute" / "caption_reading.py", here / "spatial_words.toml")
    for file in (*_sources(resources.files("plugins.labelers")), *own):
        read.update(file.read_bytes())
    return read.hexdigest()[:16]


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".toml")):
            yield entry


def count_words(text: str) -> int:
    """Count words; of scripts without spaces between them every character is one.

    >>> count_words("Two men, one dog."), count_words("两个人"), count_words("...")
    (4, 3, 0)
    """
    return len(_WORD.findall(text))


def _row(text: str, language: str) -> tuple[int, ...]:
    reading = read_caption(text, language)
    people = _people(reading)
    places = _spatial_words().get(reading.language.code, frozenset())
    return (
        count_words(text),
        sum(count.low for count in people),
        any(count.low > 1 and count.high is None for count in people),
        bool(reading.language.lists),
        any(n.count.grade == "numeral" and n.count.low > 0 for n in reading.nouns),
        any(a.kind == "colour" for n in reading.nouns for a in n.attributes),
        any(_refers(w.word.roles) for w in reading.words),
        any("negations" in w.word.roles for w in reading.words),
        not places.isdisjoint(word.text for word in reading.words),
    )


@cache
def _spatial_words() -> Mapping[str, frozenset[str]]:
    """Return the words of each language that say where a thing is."""
    source = resources.files("workbench") / "spatial_words.toml"
    tables: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))
    return {language: frozenset(words.split()) for language, words in tables.items()}


def _refers(roles: frozenset[str]) -> bool:
    """Say whether a word is a pronoun that stands for something; "who" only goes on."""
    return "pronouns" in roles and "relative" not in roles


def _people(reading: Reading) -> list[Count]:
    """Return how many people of each kind there are; "the man" again is the same one."""
    persons = reading.language.lists.get("persons", frozenset())
    found: dict[str, Count] = {}
    for noun in reading.nouns:
        if noun.lemma in persons:
            known = found.get(noun.lemma)
            found[noun.lemma] = noun.count if known is None else known | noun.count
    return list(found.values())
