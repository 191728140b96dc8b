"""What is searched for, marked in the lines that have it: in reverse, so without colour too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from workbench.views.line import Line, Span


def places(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return where a text has what is wanted, whose case is folded; [] for nothing wanted."""
    folded = text.casefold()
    if not wanted or len(folded) != len(text):  # "ß" folds to two letters: no place is known
        return []
    found, at = [], folded.find(wanted)
    while at >= 0:
        found.append((at, at + len(wanted)))
        at = folded.find(wanted, at + len(wanted))
    return found


def marked(line: Line, wanted: str, *, here: bool = False) -> Line:
    """Return a line with what is wanted marked, also across its spans; `here` is the match."""
    found = places(line.text, wanted)
    if not found:
        return line
    return Line(tuple(_parts(line, found, here=here)), line.key, line.rule)


def _parts(line: Line, found: list[tuple[int, int]], *, here: bool) -> Iterator[Span]:
    start = 0
    for span in line.spans:
        end = start + len(span.text)
        cuts = sorted({start, end, *(c for pair in found for c in pair if start < c < end)})
        for left, right in itertools.pairwise(cuts):
            inside = any(low <= left and right <= high for low, high in found)
            tone = ("match" if here else "found") if inside else span.tone
            yield Span(line.text[left:right], tone)
        start = end
