"""Recall over K, on a logarithmic axis, with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.presenters.compare_numbers import FEW, percent
from workbench.presenters.plots.picture import (
    Opening,
    Rows,
    canvas,
    stepped,
    x_names,
    y_axis,
)
from workbench.presenters.text import width
from workbench.views.drawing import Drawing, Ink, Spot, Stroke
from workbench.views.line import Line, Span, Tone
from workbench.views.plots import NO_MARK, Curve


@dataclass(frozen=True, slots=True)
class CurvePicture:
    """A line through the points, `│` where their intervals reach."""

    plot: Curve

    @property
    def note(self) -> str:
        """What has to be known of the numbers."""
        return self.plot.note

    @property
    def marks(self) -> int:
        """How many marks there are."""
        return len(self.plot.points)

    @property
    def first(self) -> int:
        """R@1."""
        return 0 if self.plot.points else NO_MARK

    def draw(self, cells: int, rows: int, mark: int) -> Drawing:
        """Lay the curve out from its lowest limit to its highest."""
        cells, rows = canvas(cells, rows)
        points = self.plot.points
        if not points:
            return Drawing(cells, rows)
        lows = [p.share.value if p.share.low is None else p.share.low for p in points]
        highs = [p.share.value if p.share.high is None else p.share.high for p in points]
        low, high = min(lows), max(highs)
        row, ticks = y_axis(low, max(high, low + 0.01), rows, _percent)
        most = math.log(points[-1].k)
        xs = [1 + round(math.log(p.k) / most * max(1, cells - 6)) for p in points]
        ys = [row(p.share.value) for p in points]
        inks = []
        for i, (x, y) in enumerate(zip(xs, ys, strict=True)):
            tone: Tone = "accent" if i == mark else "strong"
            reach = range(row(lows[i]), row(highs[i]) + 1)
            inks += [Ink(x, at, "│", "accent" if i == mark else "busy") for at in reach]
            inks.append(Ink(x, y, "@" if i == mark else "o", tone))
        if 0 <= mark < len(points):
            text = percent(points[mark].share.value)
            at, y = xs[mark] + 2, ys[mark] - (ys[mark] > 0)
            inks.append(Ink(min(at, cells - width(text)), y, text, "accent"))
        return Drawing(
            cells,
            rows,
            strokes=(Stroke(tuple(zip(map(float, xs), map(float, ys), strict=True)), "busy"),),
            inks=tuple(inks),
            x_ticks=x_names([(x, str(p.k)) for x, p in zip(xs, points, strict=True)], mark, cells),
            y_ticks=ticks,
            spots=tuple(Spot(i, x - 1, x + 1, 0, rows - 1) for i, x in enumerate(xs)),
        )

    def moved(self, mark: int, right: int, up: int, cells: int, rows: int) -> int:
        """Return another point."""
        return stepped(mark, right, up, len(self.plot.points))

    def told(self, mark: int, cells: int, rows: int) -> Line:
        """Say R@K with its interval."""
        if not 0 <= mark < len(self.plot.points):
            return Line(())
        point, n = self.plot.points[mark], self.plot.n
        share = point.share
        limits = (
            FEW
            if share.low is None or share.high is None
            else f"[{percent(share.low)}, {percent(share.high)}]"
        )
        name = f"share within {point.k}" if self.plot.note else f"R@{point.k}"
        return Line(
            (
                Span(f" {name}", "strong"),
                Span(f"  {percent(share.value)} % {limits}", "accent"),
                Span(f"  {point.hits:,} of {n:,}; Enter lists the {n - point.hits:,} others"),
            )
        )

    def opening(self, mark: int, cells: int, rows: int) -> Opening:
        """Return the cases that rank below K."""
        point = self.plot.points[mark]
        if point.hits == self.plot.n:
            return Opening(says=f"Every query has its answer within {point.k}.")
        return Opening(point.filter)

    def table(self) -> Rows:
        """Return a row for each K."""
        return ("k", "hits", "of", "share", "low", "high", "filter"), [
            (p.k, p.hits, self.plot.n, p.share.value, p.share.low, p.share.high, p.filter)
            for p in self.plot.points
        ]


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
