"""Line 2 of Plots, and what a plot's file is called."""

from __future__ import annotations

import re

from workbench.presenters.text import cut, plain, width
from workbench.views.line import Line, Span
from workbench.views.plots import PlotKind, PlotScope

MODEL_CELLS = 12
ESC = "Esc clears it "
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9.]+")


def plot_scope_line(scope: PlotScope, cells: int) -> Line:
    """Return line 2: direction, run, model, data set, filter with n of total.

    Where it is too long the data set is cut and left out, then the model, and last the filter.
    """
    view = scope.view
    words = plain(view.filter) or "none"
    count = f" ({scope.n:,} of {scope.total:,})"
    head = f" {view.direction}  run {view.run_id}"
    tail = ESC if view.filter else ""
    room = cells - width(f"{head}    filter: {count} ") - 2
    words = cut(words, max(16, room - MODEL_CELLS))
    room -= width(words)
    model = scope.name
    split = plain(scope.dataset)
    model = cut(model, room) if room >= 4 else ""
    room -= width(model) + 2
    spans = [Span(f" {view.direction}", "strong"), Span(f"  run {view.run_id}")]
    spans += [Span(f"  {model}")] if model else []
    spans += [Span(f"  {cut(split, room)}")] if room >= 6 else []
    spans += [Span("  filter: ", "dim"), Span(words, "accent"), Span(count, "strong")]
    gap = cells - sum(width(span.text) for span in spans) - width(tail)
    return Line((*spans, Span(" " * gap + tail, "dim")) if gap >= 2 else tuple(spans))


def counted(scope: PlotScope) -> str:
    """Say in a line what a plot counts."""
    view = scope.view
    words = plain(view.filter) or "none"
    return (
        f"run {view.run_id}  {scope.name}  {view.direction}  "
        f"{plain(scope.dataset)}  filter: {words} ({scope.n:,} of {scope.total:,})"
    )


def plot_file_name(scope: PlotScope, kind: PlotKind, ending: str) -> str:
    """Name a file after the plot and what it counts: "ranks-run-3-t2i-rank-10.png"."""
    view = scope.view
    words = _NOT_A_NAME.sub("-", f"{kind}-run-{view.run_id}-{view.direction}-{view.filter}")
    return f"{words.strip('-.')[:100]}{ending}"
