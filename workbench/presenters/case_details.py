"""Every field of a case and every caption, uncut, as lines."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from store.records.case import Case
from workbench.presenters.rule import BLANK
from workbench.presenters.text import plain
from workbench.presenters.wrap import wrapped
from workbench.views.case import CaseSheet, HitView, Phrase, Said
from workbench.views.line import Line, Span
from workbench.views.probes import ProbesView


def case_lines(
    case: Case,
    sheet: CaseSheet,
    other: CaseSheet | None,
    probes: ProbesView | None,
    cells: int,
) -> tuple[Line, ...]:
    """Return what is known of a case, also in another run and by probes, in lines of `cells`."""
    return tuple(_lines(case, sheet, other, probes, max(20, cells)))


def _lines(
    case: Case, sheet: CaseSheet, other: CaseSheet | None, probes: ProbesView | None, cells: int
) -> Iterator[Line]:
    asked = "Query" if sheet.direction == "t2i" else "Best caption"
    yield from _section(asked, [sheet.query], cells)
    if sheet.suggestion is not None:
        found = sheet.suggestion
        title = f"Suggested {found.code} {found.name} {found.score}"
        yield from _section(title, [Phrase(found.reason or "-")], cells)
    if sheet.missing_pair:
        yield from _section("May be a missing pair", [Phrase(sheet.missing_pair)], cells)
    if probes is not None:
        yield from _probed(probes, cells)
    yield from _section("Other captions of the true image", map(Phrase, sheet.siblings), cells)
    if sheet.said:
        yield from _section("What captioners wrote for the true image", _said(sheet.said), cells)
    if other is not None:
        for hit in other.hits[:1]:
            rank = other.ranks[0]
            yield from _hit(hit, f"{rank.model}: rank {rank.rank}, top", cells)
    for hit in sheet.hits:
        yield from _hit(hit, "Top", cells)
    yield _heading("Fields")
    for name in case.__slots__:
        first, *more = wrapped(plain(str(getattr(case, name))), cells - 21)
        yield _line(Span(f"  {name:<18}", "dim"), Span(first))
        yield from (_line(Span(" " * 20 + row)) for row in more)


def _hit(hit: HitView, lead: str, cells: int) -> Iterator[Line]:
    right = "  TRUE" if hit.positive else ""
    title = f"{lead} {hit.position}   {hit.key}   {hit.score}{right}"
    yield from _section(title, [hit.text, *map(Phrase, hit.more), *_said(hit.said)], cells)


def _said(said: Iterable[Said]) -> list[Phrase]:
    return [Phrase(f"{caption.who} says: {caption.text}") for caption in said]


def _probed(found: ProbesView, cells: int) -> Iterator[Line]:
    """Show edits of the query under each other, the edited words marked."""
    yield _heading(f"Edits of the query: {found.sentence}")
    if found.lines:
        yield _line(Span("       own  edited  what the true image scores", "dim"))
    for line in found.lines:
        seen = "blind" if line.blind else ""
        scores = f"  {line.code:<3} {line.own_score:>5}   {line.edited_score:>5}  {seen:<5}  "
        rows = _rows(line.edited, max(8, cells - len(scores)))
        for at, spans in enumerate(rows):
            yield _line(Span(" " * len(scores) if at else scores), *spans)
    yield BLANK


def _section(title: str, phrases: Iterable[Phrase], cells: int) -> Iterator[Line]:
    yield _heading(title)
    for phrase in phrases:
        for at, spans in enumerate(_rows(phrase, cells - 4)):
            yield _line(Span("    " if at else "  "), *spans)
    yield BLANK


def _rows(phrase: Phrase, cells: int) -> Iterator[list[Span]]:
    """Wrap a phrase, its marks as evidence."""
    start = 0
    for row in wrapped(phrase.text, cells):
        start = phrase.text.find(row, start)
        end = start + len(row)
        cuts = sorted({start, end, *(c for mark in phrase.marks for c in mark if start < c < end)})
        yield [
            Span(phrase.text[a:b], "evidence" if _marked(phrase, a, b) else "")
            for a, b in itertools.pairwise(cuts)
        ]
        start = end


def _marked(phrase: Phrase, start: int, end: int) -> bool:
    return any(low <= start and end <= high for low, high in phrase.marks)


def _heading(title: str) -> Line:
    return _line(Span(title, "strong"))


def _line(*spans: Span) -> Line:
    return Line((Span(" "), *spans), rule=True)
