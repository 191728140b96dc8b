"""Below a case on a large screen: the ranks of the list as bars, and how far its labelling is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.content import Content

from workbench.presenters.bands import band_lines
from workbench.presenters.text import cut
from workbench.views.case import Progress
from workbench.views.facets import Facet
from workbench.views.keys.in_use import shown_key
from workbench.widgets.case_text import QUIET, CaseText, Rule
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.line_list import LineList

BAR = 12
"""Cells of the longest bar of a category."""


class ProgressLines(CaseText):
    """Labels as bars, what is left and how long that takes, agreement with other people."""

    DEFAULT_CSS = """
    ProgressLines { height: 1fr; }
    """

    progress: Progress | None = None
    pace = ""
    agreement: tuple[str, ...] = ()

    def build(self, width: int, height: int) -> Content:
        """Write the lines; what was agreed comes last."""
        now = self.progress
        if now is None:
            return Content("")
        left = f" undecided {now.undecided:,}   skipped {now.skipped:,}"
        lines = [
            *_bars(now, width, self.ink),
            Content(left + (f"   {self.pace}" if self.pace else "")),
            *(Content.styled(f" {cut(line, width - 2)}", QUIET) for line in self.agreement),
        ]
        return Content("\n").join(lines[:height])


class CaseFoot(Columns):
    """Both beside each other; shown where there is room below the case."""

    DEFAULT_CSS = """
    CaseFoot { height: 6; display: none; }
    CaseFoot Rows { width: 1fr; height: 1fr; }
    """

    bands: tuple[Facet, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the bars, and the progress beside them."""
        with Rows():
            yield Rule("Rank of the truth in this list", f"{shown_key('next_pane')} goes there")
            yield LineList(id="rank-bands")
        with Rows():
            yield Rule("Progress", id="foot-progress")
            yield ProgressLines()

    def show_progress(self, now: Progress, pace: str = "") -> None:
        """Change how far the labelling is, and what is said of its pace."""
        lines = self.query_one(ProgressLines)
        lines.progress, lines.pace = now, pace
        by = f" {now.whose}" if now.whose else ""
        title = f"Progress   decided{by} {now.decided:,} of {now.total:,}"
        self.query_one("#foot-progress", Rule).show(title)
        lines.refresh()

    @property
    def band(self) -> Facet | None:
        """The ranks under the cursor."""
        key = self.query_one("#rank-bands", LineList).key
        return next((band for band in self.bands if band.filter == key), None)

    def on_mount(self) -> None:
        """Leave the keys to the list of cases."""
        self.query_one("#rank-bands", LineList).activate(False)

    def show_bands(self, bands: Sequence[Facet]) -> None:
        """Change the list whose ranks are drawn; `bands` are its facets of ranks."""
        self.bands = tuple(bands)
        self._draw_bands()

    @on(LineList.Resized, "#rank-bands")
    def _draw_bands(self) -> None:
        lines = self.query_one("#rank-bands", LineList)
        lines.show(band_lines(self.bands, lines.size.width))

    def show_agreement(self, lines: tuple[str, ...]) -> None:
        """Change what is said of the agreement with other people."""
        words = self.query_one(ProgressLines)
        words.agreement = lines
        words.refresh()


def _bars(now: Progress, width: int, ink: Callable[[str], str]) -> list[Content]:
    """Draw a bar for each label, as many on a line as fit."""
    most = max([1, *(count for _, _, count in now.counts)])
    digits = len(f"{most:,}")
    lines, used = [Content(" ")], 1
    for code, colour, count in now.counts:
        bar = "█" * max(bool(count), round(count / most * BAR))
        cell = Content.assemble(
            f"{code} ", (bar, ink(colour)), f" {count:<{digits + BAR - len(bar)},}  "
        )
        if used + cell_len(cell.plain) > width and used > 1:
            lines.append(Content(" "))
            used = 1
        lines[-1] += cell
        used += cell_len(cell.plain)
    return lines
