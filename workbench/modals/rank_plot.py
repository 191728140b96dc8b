"""The ranks of every query in two runs, over the whole screen."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from workbench.presenters.compare import run_name
from workbench.presenters.rank_grid import rank_grid_lines
from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.views.compare import Comparison
from workbench.widgets.text_block import TextBlock
from workbench.widgets.text_line import TextLine

KEYS = (("B q", "close"),)


class RankPlot(ModalScreen[None]):
    """Shows a comparison's table of ranks."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,B,enter", "close", show=False)]
    DEFAULT_CSS = """
    RankPlot {
        background: $background;
        & > #plot-keys { background: $panel; }
    }
    """

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self._comparison = comparison

    def compose(self) -> ComposeResult:
        """Lay out title, table and keys."""
        yield TextLine(id="plot-title")
        yield TextBlock()
        yield TextLine(id="plot-keys")

    def on_mount(self) -> None:
        """Show the table."""
        grid = self._comparison.ranks
        self.query_one(TextBlock).show(lambda cells, rows: rank_grid_lines(grid, cells, rows))

    def on_resize(self, event: events.Resize) -> None:
        """Lay title and keys out for the new width."""
        cells, found = event.size.width, self._comparison
        title = f"A {run_name(found.a)}   B {run_name(found.b)}   {found.direction}"
        right = f"{found.n_queries:,} queries"
        self.query_one("#plot-title", TextLine).line = rule(title, cells, right)
        self.query_one("#plot-keys", TextLine).line = key_line(KEYS, cells, end=False)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)
