"""What can be typed in a filter: the word that is begun, completed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from store.filter import CATEGORIES, NONE, STATUSES

WORDS = (
    *("rank>", "cat:", "cluster:", "hint:", "status:", "margin<", "disputed", "star", "fn>"),
    *("label:", "model:", "note~", "by:", "len>", "id:", "rank@"),
)
"""The fields with the comparison they are most used with, the most wanted first."""


def completed(text: str, categories: Mapping[str, str]) -> str:
    """Return a filter with its last word completed; as it is where nothing begins like it.

    `categories` has the names of the taxonomy by what may be typed for them.
    """
    before, space, last = text.rpartition(" ")
    mark = "!" if last.startswith("!") else ""
    word = last.removeprefix(mark)
    if not word or text.count('"') % 2:
        return text
    begun = (one for one in _words(word, categories) if one.startswith(word.lower()))
    return f"{before}{space}{mark}{next(begun, word)}"


def _words(word: str, categories: Mapping[str, str]) -> Iterator[str]:
    """Yield what may stand here: fields, or values of the field before the colon."""
    field, colon, _ = word.lower().partition(":")
    if not colon:
        yield from WORDS
    elif field in CATEGORIES:
        for value in (*dict.fromkeys(categories.values()), *categories, NONE):
            yield f"{field}:{value.lower()}"
    elif field == "status":
        yield from (f"status:{status}" for status in STATUSES)
    elif field == "cluster":
        yield f"cluster:{NONE}"
