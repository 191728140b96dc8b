"""The cases most like one case, as lines to mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from workbench.presenters.scores import share
from workbench.presenters.text import cut, fit
from workbench.views.case import CaseSheet
from workbench.views.line import Line, Span, Tone
from workbench.views.neighbours import NeighbourRow

KEYS = (
    ("1-9 0 x", "label together"),
    ("Space", "mark"),
    ("A", "all"),
    ("j k", "move"),
    ("q", "close"),
)
_LEAD = 28
_TONES: dict[str, Tone] = {"decided": "strong", "suggested": "", "skipped": "dim", "none": "dim"}


def neighbour_row(sheet: CaseSheet, rank: int, alike: float | None) -> NeighbourRow:
    """Present a case; `alike` None for the one that the others are compared with."""
    hit = sheet.hits[0] if sheet.hits else None
    return NeighbourRow(
        query_id=sheet.query_id,
        alike="" if alike is None else share(alike),
        rank=f"{rank:,}",
        chip=sheet.chip,
        query=sheet.query.text,
        retrieved="" if hit is None else hit.text.text,
    )


def dialog_title(rows: Sequence[NeighbourRow]) -> str:
    """Say what is listed, and how the cases like this one are labelled: "3 of 5 decided: 3 CNT"."""
    near = rows[1:]
    decided = Counter(row.chip.text for row in near if row.chip.state == "decided")
    labels = ", ".join(f"{n} {code}" for code, n in decided.most_common(3))
    said = f"{sum(decided.values())} of {len(near)} decided" + (f": {labels}" if labels else "")
    return f"most like case {rows[0].query_id}   {said}"


def together(n: int) -> str:
    """Say how many cases a digit labels."""
    return f"{n:,} marked" if n else "none marked"


def neighbour_lines(
    rows: Sequence[NeighbourRow], marked: Collection[int], cells: int
) -> tuple[Line, ...]:
    """Return two lines a case: marks, how alike, rank, label and query; then what came first."""
    lines = []
    for row in rows:
        mark = "[*]" if row.query_id in marked else "[ ]"
        head = f"{mark} {fit(row.alike or 'this', 4)}  rank {fit(row.rank, 6)} "
        room = max(0, cells - 3 - _LEAD)
        lines.append(
            Line(
                (
                    Span(head, "strong" if row.query_id in marked else ""),
                    Span(fit(row.chip.text, 6), _TONES[row.chip.state]),
                    Span(cut(row.query, room)),
                ),
                key=str(row.query_id),
            )
        )
        lead = " " * (_LEAD - 8) + fit("top-1:", 8, right=True)
        lines.append(Line((Span(f"{lead} {cut(row.retrieved, room)}", "dim"),)))
    return tuple(lines)
