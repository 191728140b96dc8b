"""What the words of a language may be replaced by, read from `languages/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

Table = Mapping[str, tuple[str, ...]]
"""A word, and others of its kind in the order in which they are tried; all in lower case."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a language; a kind that it has not is empty."""

    dictionary: bool
    """Whether plurals are told by a dictionary; else a noun is what begins with a capital."""
    numbers: tuple[str, ...]  # from two on
    plurals: frozenset[str]
    one: frozenset[str]
    articles: frozenset[str]
    agree: Table
    negation: tuple[str, str, str]  # with, without, no
    avoid: Mapping[str, frozenset[str]]
    kinds: Mapping[str, Table]
    people: frozenset[str]

    def of(self, kind: str) -> Table:
        """Return the table of a kind of words."""
        return self.kinds.get(kind, {})


@lru_cache(maxsize=8)
def tables_of(language: str) -> Tables | None:
    """Read the tables of a language such as "en" or "de-AT"; None where there are none."""
    code = language.lower().partition("-")[0].partition("_")[0]
    source = resources.files("workbench.analysis.edits") / "languages"
    found = [one for one in source.iterdir() if one.name == f"{code}.toml"]
    return _tables(tomllib.loads(found[0].read_text(encoding="utf-8"))) if found else None


def _tables(entries: Mapping[str, Any]) -> Tables:
    kinds = {
        name: _table(entry)
        for name, entry in entries.items()
        if isinstance(entry, Mapping) and name != "avoid"
    }
    people = entries.get("people", {})
    return Tables(
        dictionary=entries["nouns"] == "lemminflect",
        numbers=tuple(entries["numbers"].split()),
        plurals=frozenset(entries["plurals"].split()),
        one=frozenset(entries["one"].split()),
        articles=frozenset(entries["articles"].split()),
        agree=_pairs(entries["agree"]),
        negation=(entries["with"], entries["without"], entries["no"]),
        avoid={word: frozenset(text.split()) for word, text in entries["avoid"].items()},
        kinds=kinds,
        people=frozenset(kinds.get("people", {})) | frozenset(people.get("named", "").split()),
    )


def _table(entry: Mapping[str, Any]) -> Table:
    plain = {**_rings(entry.get("rings", "")), **_pairs(entry.get("pairs", ""))}
    inflected = {
        word + ending: tuple(other + ending for other in others)
        for ending in entry.get("endings", "").split()
        for word, others in plain.items()
    }
    return {**plain, **inflected}


def _rings(text: str) -> dict[str, tuple[str, ...]]:
    """Let each word of a line be replaced by those behind it, going round."""
    found = {}
    for line in text.splitlines():
        words = line.split()
        for place, word in enumerate(words):
            found[word] = (*words[place + 1 :], *words[:place])
    return found


def _pairs(text: str) -> dict[str, tuple[str, ...]]:
    """Read "word>replacement" pairs."""
    return {left: (right,) for left, right in (pair.split(">") for pair in text.split())}
