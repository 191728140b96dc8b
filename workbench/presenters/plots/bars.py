"""Histograms and counts by category."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.presenters.compare_numbers import FEW, percent
from workbench.presenters.plots.picture import (
    AXIS_CELLS,
    Opening,
    Rows,
    canvas,
    stepped,
    x_names,
    y_axis,
)
from workbench.presenters.text import cut, plain, width
from workbench.views.drawing import Drawing, Ink, Spot
from workbench.views.line import Line, Span, Tone
from workbench.views.plots import NO_MARK, Bar, Bars

EIGHTHS = " ▁▂▃▄▅▆▇█"
SUGGESTED = "░"
WIDEST = 12


@dataclass(frozen=True, slots=True)
class BarPicture:
    """Bars; what a person decided is solid, what only the machine suggests is `░` on top."""

    plot: Bars

    @property
    def note(self) -> str:
        """What has to be known of the numbers."""
        if self.plot.note or self.plot.kind != "categories":
            return self.plot.note
        return "█ decided by people   ░ suggested by the machine (?)"

    @property
    def marks(self) -> int:
        """How many marks there are."""
        return len(self.plot.bars)

    @property
    def first(self) -> int:
        """The first bar that is not empty."""
        bars = self.plot.bars
        return next((i for i, bar in enumerate(bars) if bar.n), 0) if bars else NO_MARK

    def draw(self, cells: int, rows: int, mark: int) -> Drawing:
        """Lay the bars out side by side, each under its count."""
        cells, rows = canvas(cells, rows)
        bars = self.plot.bars
        if not bars:
            return Drawing(cells, rows)
        most = max(1, *(bar.n for bar in bars))
        slot = min(WIDEST, cells // len(bars))
        wide = max(1, slot - 1 - (slot > 5))
        lefts = [i * slot + (slot - wide) // 2 for i in range(len(bars))]
        ticks = y_axis(0, most, max(2, rows - 1), _count)[1]
        inks: list[Ink] = []
        for i, bar in enumerate(bars):
            tone: Tone = "accent" if i == mark else "dim" if bar.quiet else "busy"
            inks += _bar(bar, lefts[i], wide, (rows - 2) / most, tone)
        inks += _values(bars, lefts, wide, slot, (rows - 2) / most, mark, cells)
        return Drawing(
            cells,
            rows,
            inks=tuple(inks),
            x_ticks=x_names(
                [(x + wide // 2, plain(bar.name)) for x, bar in zip(lefts, bars, strict=True)],
                mark,
                cells,
            ),
            y_ticks=ticks,
            spots=tuple(Spot(i, x, x + slot - 1, 0, rows - 1) for i, x in enumerate(lefts)),
        )

    def moved(self, mark: int, right: int, up: int, cells: int, rows: int) -> int:
        """Return another bar."""
        return stepped(mark, right, up, len(self.plot.bars))

    def told(self, mark: int, cells: int, rows: int) -> Line:
        """Say what a bar counts."""
        if not 0 <= mark < len(self.plot.bars):
            return Line(())
        bar, kind = self.plot.bars[mark], self.plot.kind
        spans = [Span(f" {_title(bar, kind)}", "strong")]
        spans.append(Span(f"  {bar.n:,} of {self.plot.n:,}", "accent"))
        spans.append(Span(f"  {_interval(bar)}"))
        if bar.suggested:
            spans.append(Span(f"  decided {bar.n - bar.suggested:,}, suggested {bar.suggested:,}"))
        return Line(tuple(spans))

    def opening(self, mark: int, cells: int, rows: int) -> Opening:
        """Return the cases that a bar counts."""
        bar = self.plot.bars[mark]
        return Opening(bar.filter) if bar.n else Opening(says=f"No query lies in {bar.name}.")

    def table(self) -> Rows:
        """Return a row for each bar."""
        kind = self.plot.kind
        categories = kind == "categories"
        labels = ("decided", "suggested") if categories else ()
        rows = []
        for bar in self.plot.bars:
            share = bar.share
            counts = (bar.n - bar.suggested, bar.suggested) if categories else ()
            limits = (share.value, share.low, share.high)
            name = _title(bar, kind)
            rows.append((name, bar.n, self.plot.n, *limits, *counts, bar.filter))
        return ("name", "n", "of", "share", "low", "high", *labels, "filter"), rows


def _title(bar: Bar, kind: str) -> str:
    if kind == "margins":
        return f"margin {bar.name} to {bar.title}"
    if kind == "ranks":
        return f"rank {bar.name}"
    return f"{plain(bar.name)} {plain(bar.title)}"


def _interval(bar: Bar) -> str:
    share = bar.share
    if share.low is None or share.high is None:
        return f"{percent(share.value)} % ({FEW})"
    return f"{percent(share.value)} % [{percent(share.low)}, {percent(share.high)}]"


def _bar(bar: Bar, left: int, wide: int, scale: float, tone: Tone) -> Iterator[Ink]:
    """Yield a bar from below; whatever is counted is seen, however few it is."""
    if not bar.n:
        return
    eighths = max(1, round(8 * bar.n * scale))
    if bar.suggested:
        height = max(1, -(-eighths // 8))
        solid = round(height * (bar.n - bar.suggested) / bar.n)
        solid = min(height - 1, max(1, solid)) if bar.n > bar.suggested and height > 1 else solid
        for y in range(height):
            yield Ink(left, y, ("█" if y < solid else SUGGESTED) * wide, tone)
        return
    full, rest = divmod(eighths, 8)
    for y in range(full):
        yield Ink(left, y, "█" * wide, tone)
    if rest:
        yield Ink(left, full, EIGHTHS[rest] * wide, tone)


def _values(
    bars: tuple[Bar, ...],
    lefts: list[int],
    wide: int,
    slot: int,
    scale: float,
    mark: int,
    cells: int,
) -> Iterator[Ink]:
    """Yield the count above each bar that has room for it, and above the mark in any case."""
    for i, bar in enumerate(bars):
        text = _value(bar)
        if not text or (width(text) >= slot + (slot > 3) and i != mark):
            continue
        at = max(0, min(cells - width(text), lefts[i] + wide // 2 - width(text) // 2))
        top = -(-max(1, round(8 * bar.n * scale)) // 8)
        yield Ink(at, top, text, "accent" if i == mark else "")


def _value(bar: Bar) -> str:
    if not bar.n:
        return ""
    if not bar.suggested:
        return _count(bar.n)
    decided = bar.n - bar.suggested
    return f"{_count(decided)}+{_count(bar.suggested)}?" if decided else f"{_count(bar.suggested)}?"


def _count(n: float) -> str:
    text = f"{n:,.0f}"
    return text if width(text) < AXIS_CELLS else cut(f"{n / 1000:.0f}k", AXIS_CELLS - 1)
