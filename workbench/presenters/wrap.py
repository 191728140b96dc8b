"""Longer texts as lines of a given width."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.presenters.rule import BLANK, rule
from workbench.presenters.text import cut, fit, width
from workbench.views.line import Line, Span

NAME = 18


def wrapped(text: str, cells: int) -> list[str]:
    """Return a text in rows of at most `cells` cells, broken at spaces; long words are cut up."""
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        while width(word) > cells:
            taken = len(word)
            while width(word[:taken]) > cells:
                taken -= 1
            if row:
                rows.append(row)
                row = ""
            rows.append(word[: max(1, taken)])
            word = word[max(1, taken) :]
        if row and width(row) + 1 + width(word) > cells:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    return [*rows, row]


def fact_lines(facts: Sequence[tuple[str, str]], cells: int) -> tuple[Line, ...]:
    """Return (name, value) pairs as lines; a pair with an empty value is a heading."""
    lines: list[Line] = []
    for name, value in facts:
        if not value:
            lines += [BLANK, rule(name, cells)]
            continue
        first, *more = wrapped(value, max(8, cells - NAME - 1))
        lines.append(
            Line((Span(f" {fit(cut(name, NAME - 1), NAME)}", "dim"), Span(first)), rule=True)
        )
        lines += [Line((Span(" " * (NAME + 1) + row),), rule=True) for row in more]
    return tuple(lines)
