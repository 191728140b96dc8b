"""Quality over cost, a point a run; imported when it is first shown."""

from __future__ import annotations

from textual.app import RenderResult
from textual_plotext import PlotextPlot

from workbench.presenters.cost_plot import plotted
from workbench.views.compare import CostPoint

AXIS_CELLS = 8
AXIS_ROWS = 4
SMALLEST = (30, 8)


class CostPlot(PlotextPlot):
    """Draws in the colours of the text around it: `*` marks what nothing else beats."""

    DEFAULT_CSS = """
    CostPlot { background: $background; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.theme = "clear"
        self._points: tuple[CostPoint, ...] = ()
        self._names = "", ""

    def show(self, points: tuple[CostPoint, ...], cost: str, quality: str) -> None:
        """Show other points; `cost` and `quality` name the axes."""
        if (points, (cost, quality)) != (self._points, self._names):
            self._points, self._names = points, (cost, quality)
            self.refresh()

    def render(self) -> RenderResult:
        """Draw the points for the size there is."""
        wide, high = self.size.width, self.size.height
        if wide < SMALLEST[0] or high < SMALLEST[1]:
            return ""
        if not self._points:
            return f" No run here has both its {self._names[1]} and its {self._names[0]}."
        cells, rows = wide - AXIS_CELLS, high - AXIS_ROWS
        found = plotted(self._points, cells, rows)
        plot = self.plt
        plot.clear_data()
        for marker, pareto in (("o", False), ("*", True)):
            at = [(p.x, p.y) for p in found.points if p.pareto == pareto]
            if at:
                plot.scatter([x for x, _ in at], [y for _, y in at], marker=marker)
        for point in found.points:
            if point.label:
                plot.text(point.label, point.label_x, point.label_y, alignment="left")
        plot.xlim(0, cells - 1)
        plot.ylim(0, rows - 1)
        plot.xticks([x for x, _ in found.x_ticks], [name for _, name in found.x_ticks])
        plot.yticks([y for y, _ in found.y_ticks], [name for _, name in found.y_ticks])
        plot.xlabel(f"{self._names[0]}, log scale")
        plot.ylabel(self._names[1])
        return super().render()
