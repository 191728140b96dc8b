"""What can be typed in a filter: the word that is begun, completed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from store.filter import CATEGORIES, NONE, STATUSES
from workbench.presenters.text import cut, plain
from workbench.views.line import Line, Span

WORDS = (
    *(
        "rank>",
        "cat:",
        "cluster:",
        "hint:",
        "status:",
        "margin<",
        "disputed",
        "star",
        "fn>",
        "slice:",
    ),
    *("label:", "model:", "note~", "by:", "len>", "id:", "rank@"),
)
"""The fields with the comparison they are most used with, the most wanted first."""


def offered(
    text: str,
    categories: Mapping[str, str],
    slices: Sequence[str] = (),
    hidden: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return what the last word of a filter may become, the most wanted first.

    `categories` has the names of the taxonomy by what may be typed for them, `slices` the words
    of slices; `hidden` are fields that are not offered.
    """
    word = text.rpartition(" ")[2].removeprefix("!").lower()
    if text.count('"') % 2:
        return ()
    found = (one for one in _words(word, categories, slices) if one.startswith(word))
    return tuple(one for one in found if re.split(r"[:<>~]", one)[0] not in hidden)


def completed(text: str, words: Sequence[str]) -> str:
    """Return a filter with its last word made the first of those offered, once it is begun."""
    before, space, last = text.rpartition(" ")
    mark = "!" if last.startswith("!") else ""
    if not words or last == mark:
        return text
    return f"{before}{space}{mark}{words[0]}"


def offer_line(words: Sequence[str], cells: int) -> Line:
    """Return the line that lists what is offered: values stand once behind their field."""
    fields = {word.partition(":")[0] for word in words}
    valued = len(fields) == 1 and all(word.partition(":")[2] for word in words)
    shown = [word.partition(":")[2] for word in words] if valued else list(words)
    lead = f" {fields.pop()}: " if valued else " "
    text = cut(plain(" ".join(shown)), cells - len(lead) - 1)
    return Line((Span(lead, "dim"), Span(text, "accent"))) if words else Line(())


def _words(word: str, categories: Mapping[str, str], slices: Sequence[str]) -> Iterator[str]:
    """Yield what may stand here: fields, or values of the field before the colon."""
    field, colon, typed = word.lower().partition(":")
    before = f"{field}:{typed[: typed.rfind(',') + 1]}"
    if not colon:
        yield from WORDS
    elif field in CATEGORIES:
        for value in (*dict.fromkeys(categories.values()), *categories, NONE):
            yield f"{before}{value.lower()}"
    elif field == "status":
        yield from (f"{before}{status}" for status in STATUSES)
    elif field == "cluster":
        yield f"cluster:{NONE}"
    elif field == "slice":
        yield from (f"slice:{value}" for value in slices)
