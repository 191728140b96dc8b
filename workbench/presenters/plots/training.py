"""The curves of a training log: losses and shares, each on a scale of its own."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.presenters.compare_numbers import percent
from workbench.presenters.plots.picture import Opening, Rows, canvas, stepped, x_names
from workbench.presenters.text import cut, plain
from workbench.views.drawing import Drawing, Ink, Spot, Stroke
from workbench.views.line import Line, Span
from workbench.views.plots import NO_MARK, Series, Training

LETTERS = "abcdef"
MOST_SHARES, MOST_LOSSES = 4, 2
SCALE_CELLS = 10
"""Cells at the right edge for what the losses begin and end with."""


@dataclass(frozen=True, slots=True)
class TrainingPicture:
    """Lines with letters; shares go from 0 to 100 % on the axis, losses from their least up."""

    plot: Training

    @property
    def note(self) -> str:
        """Which letter is what, and where the numbers are from."""
        if not self._shown:
            return self.plot.note
        names = "  ".join(
            f"{letter} {plain(one.name)}{'' if one.share else ' (own scale)'}"
            for letter, one in zip(LETTERS, self._shown, strict=False)
        )
        shares = any(one.share for one in self._shown)
        axis = "up: shares in %, from 0 to 100   " if shares else ""
        return f"{axis}{names}   {plain(self.plot.source)}"

    @property
    def marks(self) -> int:
        """How many marks there are."""
        return len(self._steps)

    @property
    def first(self) -> int:
        """The last step: what the training has come to."""
        return len(self._steps) - 1 if self._steps else NO_MARK

    def draw(self, cells: int, rows: int, mark: int) -> Drawing:
        """Lay the curves out."""
        cells, rows = canvas(cells, rows)
        steps = self._steps
        if not steps:
            return Drawing(cells, rows)
        span = (steps[-1] - steps[0]) or 1.0
        x_of = {s: 1 + round((s - steps[0]) / span * max(1, cells - SCALE_CELLS)) for s in steps}
        strokes, inks = [], []
        for letter, one in zip(LETTERS, self._shown, strict=False):
            low, high = (0.0, 1.0) if one.share else _reach(one)
            at = [
                (x_of[x], round((value - low) / ((high - low) or 1.0) * (rows - 1)))
                for x, value in one.points
            ]
            strokes.append(
                Stroke(tuple((float(x), float(y)) for x, y in at), "busy" if one.share else "warn")
            )
            inks.append(Ink(min(cells - 1, at[-1][0] + 2), at[-1][1], letter, "strong"))
            inks += [Ink(x, y, letter) for x, y in at[:: max(1, len(at) // 5)]]
        if 0 <= mark < len(steps):
            taken = {(ink.x, ink.y) for ink in inks}
            x = x_of[steps[mark]]
            inks += [Ink(x, y, "|", "accent") for y in range(rows) if (x, y) not in taken]
        names = [(x_of[step], f"{step:g}") for step in steps]
        shares = any(one.share for one in self._shown)
        y_ticks = tuple((round(s * (rows - 1)), f"{100 * s:>4.0f} %") for s in (0, 0.5, 1))
        return Drawing(
            cells,
            rows,
            tuple(strokes),
            tuple(inks),
            x_names(names, mark, cells),
            y_ticks if shares else (),
            tuple(Spot(i, x_of[step], x_of[step], 0, rows - 1) for i, step in enumerate(steps)),
        )

    def moved(self, mark: int, right: int, up: int, cells: int, rows: int) -> int:
        """Return another step."""
        return stepped(mark, right, up, len(self._steps))

    def told(self, mark: int, cells: int, rows: int) -> Line:
        """Say every number that is drawn at a step."""
        if not 0 <= mark < len(self._steps):
            return Line(())
        step = self._steps[mark]
        spans = [Span(f" {self.plot.step} {step:g}", "strong")]
        for letter, one in zip(LETTERS, self._shown, strict=False):
            value = dict(one.points).get(step)
            if value is not None:
                number = f"{percent(value)} %" if one.share else f"{value:.4g}"
                spans.append(Span(f"  {letter} {cut(plain(one.name), 24)} {number}"))
        return Line(tuple(spans))

    def opening(self, mark: int, cells: int, rows: int) -> Opening:
        """Say that there are no cases."""
        return Opening(says="A training has no cases: they belong to the runs of its model.")

    def table(self) -> Rows:
        """Return a row for each step with every number of the log."""
        values = [dict(one.points) for one in self.plot.series]
        steps = sorted({x for one in self.plot.series for x, _ in one.points})
        return (self.plot.step, *(one.name for one in self.plot.series)), [
            (step, *(value.get(step) for value in values)) for step in steps
        ]

    @property
    def _shown(self) -> tuple[Series, ...]:
        """The series that are drawn: R@1 and the losses that are logged first."""
        shares = [one for one in self.plot.series if one.share]
        first = [one for one in shares if one.name.endswith("R@1")] or shares
        losses = [one for one in self.plot.series if not one.share]
        return (*first[-MOST_SHARES:], *losses[:MOST_LOSSES])

    @property
    def _steps(self) -> list[float]:
        return sorted({x for one in self._shown for x, _ in one.points})


def _reach(one: Series) -> tuple[float, float]:
    values = [value for _, value in one.points]
    return min(values), max(values)
