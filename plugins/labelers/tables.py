"""The tables of a language's file, turned round so that words can be looked up.

A table has a name and lists of words, divided by spaces; where lines matter, words of a line belong
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def keys_of(table: Mapping[str, str]) -> dict[str, str]:
    """Return for each word the key that it is listed under."""
    return {word: key for key, words in table.items() for word in words.split()}


def classes_of(table: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return for each word its key and its value there, the first word of its line."""
    return {word: (key, line[0]) for key, line in _lines(table) for word in line}


def alike_of(table: Mapping[str, str]) -> dict[str, set[str]]:
    """Return for each word all words that it shares a line with, itself included."""
    found: dict[str, set[str]] = {}
    for _, line in _lines(table):
        for word in line:
            found.setdefault(word, set()).update(line)
    return found


def broader_of(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each word the broader ones, the nearest first."""
    parent = keys_of(table)
    found = {}
    for word, broader in parent.items():
        above: list[str] = []
        nearest: str | None = broader
        while nearest is not None and nearest not in above:
            above.append(nearest)
            nearest = parent.get(nearest)
        found[word] = tuple(above)
    return found


def _lines(table: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    for key, lines in table.items():
        for line in lines.split("\n"):
            if words := line.split():
                yield key, words
