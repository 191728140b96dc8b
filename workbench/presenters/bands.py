"""How many cases of a list have their true item at which ranks, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.views.facets import Facet
from workbench.views.line import Line, Span

BESIDE = 25
"""Cells of the ranks and the count beside a bar."""


def band_lines(bands: Sequence[Facet], cells: int) -> tuple[Line, ...]:
    """Return a bar for each band of ranks; its key is its filter, `*` that the list has it."""
    most = max((band.count or 0 for band in bands), default=0)
    room = max(1, cells - BESIDE)
    return tuple(
        Line(
            (
                Span("* " if band.on else "  ", "accent"),
                Span(f"{band.name:>6}  "),
                Span("█" * max(1, round((band.count or 0) / most * room)), "bar"),
                Span(f"  {band.count or 0:,}"),
            ),
            key=band.filter,
        )
        for band in bands
    )
