"""Quality over cost of all runs of a data set; Enter on a point goes to that run."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.presenters.cost_plot import cost_text, plotted, quality_text
from workbench.presenters.models_lines import AXES
from workbench.presenters.plots.picture import AXIS_CELLS, Opening, Rows, canvas, stepped
from workbench.views.drawing import Drawing, Ink, Spot
from workbench.views.line import Line, Span, Tone
from workbench.views.plots import NO_MARK, CostPlot


@dataclass(frozen=True, slots=True)
class CostPicture:
    """Points from the cheapest on; `*` marks what nothing else beats for less."""

    plot: CostPlot

    @property
    def note(self) -> str:
        """What has to be known of the numbers."""
        names = f"up: {self.plot.quality} %   right: {AXES[self.plot.cost]}, log   "
        return (names if self.plot.points else "") + self.plot.note

    @property
    def marks(self) -> int:
        """How many marks there are."""
        return len(self.plot.points)

    @property
    def first(self) -> int:
        """The run that is looked at."""
        ids = [point.run_id for point in self.plot.points]
        return ids.index(self.plot.run_id) if self.plot.run_id in ids else (0 if ids else NO_MARK)

    def draw(self, cells: int, rows: int, mark: int) -> Drawing:
        """Lay the points out with their names beside them."""
        cells, rows = canvas(cells, rows)
        if not self.plot.points:
            return Drawing(cells, rows)
        found = plotted(self.plot.points, cells, rows)
        order = [point.run_id for point in self.plot.points]
        here = order[mark] if 0 <= mark < len(order) else None
        inks, spots = [], []
        for point in found.points:
            tone: Tone = "accent" if point.run_id == here else ""
            inks.append(Ink(point.x, point.y, "*" if point.pareto else "o", tone or "busy"))
            if point.label:
                label = point.label
                inks.append(Ink(point.label_x, point.label_y, label, tone))
            if tone:
                inks.append(Ink(max(0, point.x - 1), point.y, ">", tone))
            spots.append(
                Spot(order.index(point.run_id), point.x - 1, point.x + 1, point.y, point.y)
            )
        y_ticks = tuple((y, f"{name:>{AXIS_CELLS - 1}}") for y, name in found.y_ticks)
        return Drawing(
            cells,
            rows,
            inks=tuple(inks),
            x_ticks=found.x_ticks,
            y_ticks=y_ticks,
            spots=tuple(spots),
        )

    def moved(self, mark: int, right: int, up: int, cells: int, rows: int) -> int:
        """Return another run."""
        return stepped(mark, right, up, len(self.plot.points))

    def told(self, mark: int, cells: int, rows: int) -> Line:
        """Say what a run costs and how good it is."""
        if not 0 <= mark < len(self.plot.points):
            return Line(())
        point = self.plot.points[mark]
        best = "  nothing here is better for less" if point.pareto else ""
        return Line(
            (
                Span(f" run {point.run_id} {point.name}", "strong"),
                Span(f"  {self.plot.quality} {quality_text(point.quality)} %", "accent"),
                Span(f"  {cost_text(point.cost)} {AXES[self.plot.cost]}{best}"),
            )
        )

    def opening(self, mark: int, cells: int, rows: int) -> Opening:
        """Return the cases of a run."""
        return Opening(run_id=self.plot.points[mark].run_id)

    def table(self) -> Rows:
        """Return a row for each run."""
        cost, quality = self.plot.cost, self.plot.quality
        return ("run", "name", cost, quality, "pareto"), [
            (p.run_id, p.name, p.cost, p.quality, p.pareto) for p in self.plot.points
        ]
