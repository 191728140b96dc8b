"""Line 2 of Clusters and Slices: whose misses the rows count, the filter, the order."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.presenters.text import cut, width
from workbench.views.line import Line, Span

MODEL_CELLS = 12
"""What the wordier ways to say the rest leave to a model's name."""


def table_scope(
    direction: str,
    model: str,
    about: Sequence[str],
    tail: str,
    cells: int,
    *,
    where: str = "",
    marked: str = "",
) -> Line:
    """Return the line: of `about`, wordiest first, the first that leaves room for the model.

    `where` is what narrows the rows, `marked` the filter and the marks, `tail` the order. The
    model and `where` are cut, the numbers of `about` never.
    """
    head = f" {direction}"
    for said in about:
        left = cells - width(head) - width(said) - width(marked) - width(tail) - 4
        if left >= min(MODEL_CELLS, width(model)):
            break
    model = cut(model, max(0, left))
    where = cut(where, max(0, left - width(model))) if where else ""
    used = sum(map(width, (head, "  ", model, said, where, marked, tail)))
    return Line(
        (
            Span(head, "strong"),
            Span(f"  {model}"),
            Span(said),
            Span(where, "accent"),
            Span(" " * max(1, cells - used)),
            Span(marked, "accent"),
            Span(tail, "dim"),
        )
    )
