"""All models of a data set: a table of quality and cost, and the plot of one over the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from workbench.modals.details import DetailsOverlay
from workbench.modals.moving import MOVES
from workbench.presenters.models_lines import AXES, model_facts, model_lines, models_legend
from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.presenters.text import cut, plain
from workbench.views.compare import ModelsTable
from workbench.views.line import Line, Span
from workbench.views.plots import NO_MARK, CostPlot
from workbench.widgets.line_list import LineList
from workbench.widgets.text_line import TextLine

KEYS = (("j k", "run"), ("d Enter", "all columns"), ("o", "next cost"), ("O q", "close"))


class ModelsOverlay(ModalScreen[None]):
    """Shows the table over the whole screen; the plot takes what the table leaves."""

    AUTO_FOCUS = "LineList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,O", "close", show=False),
        *MOVES,
        Binding("d,enter", "details", show=False),
        Binding("o", "cost", show=False),
    ]
    DEFAULT_CSS = """
    ModelsOverlay {
        background: $background;
        & > LineList { height: auto; max-height: 50%; min-height: 3; }
        & > #models-keys { background: $panel; }
        & > #models-legend { color: $quiet; }
        & > PlotCanvas { padding: 0 1; }
    }
    """

    def __init__(self, tables: Sequence[ModelsTable]) -> None:
        """Take the table once for each cost; the first that has points is shown first."""
        super().__init__()
        self._tables = tables
        self._at = next((n for n, table in enumerate(tables) if table.points), 0)

    def compose(self) -> ComposeResult:
        """Lay out title, table, legend, plot and keys."""
        from workbench.widgets.plot_canvas import PlotCanvas

        yield TextLine(id="models-title")
        yield LineList()
        yield TextLine(id="models-legend")
        yield PlotCanvas()
        yield TextLine(id="models-keys")

    def on_resize(self, event: events.Resize) -> None:
        """Lay everything out for the new width."""
        self._draw()

    def _draw(self) -> None:
        cells, table = self.app.size.width, self._tables[self._at]
        title = f"Models on {plain(table.dataset)}"
        plot = f"{table.quality} over {AXES[table.cost]}, log scale"
        self.query_one("#models-title", TextLine).line = rule(title, cells, plot)
        legend = cut(f" {models_legend(table)}", cells)
        self.query_one("#models-legend", TextLine).line = Line((Span(legend, "dim"),))
        self.query_one("#models-keys", TextLine).line = key_line(KEYS, cells, end=False)
        self.query_one(LineList).show(model_lines(table, cells))
        self.plot_table()

    @on(LineList.Highlighted)
    def plot_table(self) -> None:
        """Draw the plot with the run under the cursor marked."""
        from workbench.presenters.plots.cost import CostPicture
        from workbench.widgets.plot_canvas import PlotCanvas

        table, key = self._tables[self._at], self.query_one(LineList).key
        plot = CostPlot("cost", table.points, table.cost, table.quality, int(key or 0))
        picture = CostPicture(plot)
        missing = f"No run here has both its {table.quality} and its {AXES[table.cost]}."
        marked = [str(point.run_id) for point in table.points]
        mark = marked.index(key) if key in marked else NO_MARK
        self.query_one(PlotCanvas).show(lambda w, h: picture.draw(w, h, mark), missing)

    def action_step(self, by: int) -> None:
        """Move the cursor."""
        self.query_one(LineList).step(by)

    def action_details(self) -> None:
        """Show every column of the run under the cursor."""
        key = self.query_one(LineList).key
        for row in self._tables[self._at].rows:
            if str(row.run_id) == key:
                self.app.push_screen(DetailsOverlay(f"Run {key}", model_facts(row)))

    def action_cost(self) -> None:
        """Weigh quality against the next cost."""
        self._at = (self._at + 1) % len(self._tables)
        self._draw()

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)
