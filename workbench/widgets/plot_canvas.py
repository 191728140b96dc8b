"""Paints a drawing in the colours of the theme; imported when a plot is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.color import Color, ColorParseError
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual_plotext import PlotextPlot

from workbench.presenters.plots.picture import names_row
from workbench.views.drawing import Drawing, changed_rows
from workbench.views.line import Tone

COLOURS: dict[Tone, str] = {
    "dim": "quiet",
    "good": "success",
    "bad": "error",
    "busy": "primary",
    "warn": "warning",
    "accent": "accent",
}
"""Names of the theme's colours; what has none is drawn as text is."""
SMALLEST = (40, 6)


class PlotCanvas(PlotextPlot):
    """Shows what a function of width and height lays out; axes are left and below only."""

    DEFAULT_CSS = """
    PlotCanvas { background: $background; color: $foreground; }
    """

    @dataclass
    class Chosen(Message):
        """A mark was clicked."""

        canvas: PlotCanvas
        mark: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.theme = "clear"
        self._draw: Callable[[int, int], Drawing] | None = None
        self._missing = ""
        self.drawing: Drawing | None = None

    def show(self, draw: Callable[[int, int], Drawing], missing: str) -> None:
        """Show another drawing, and lay it out again whenever the size changes.

        `missing` stands in place of a drawing of nothing.
        """
        self._draw, self._missing = draw, missing
        regions = self._changed(self.drawing, self._laid_out())
        if regions is None:
            self.refresh()
        elif regions:
            self.refresh(*regions)

    def clear(self) -> None:
        """Show nothing."""
        self._draw = None
        self.refresh()

    def render(self) -> RenderResult:
        """Draw for the size there is."""
        self.drawing = drawing = self._laid_out()
        if drawing is None:
            return ""
        if not drawing.inks:
            return Content(f" {self._missing}")
        plot = self.plt
        plot.clear_figure()
        plot.theme("clear")  # before any text, which takes the background that is set then
        plot.xlim(0, max(1, drawing.cells - 1))
        plot.ylim(0, max(1, drawing.rows - 1))
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        for stroke in drawing.strokes:
            xs, ys = ([point[i] for point in stroke.points] for i in (0, 1))
            plot.plot(xs, ys, marker="hd", color=self._colour(stroke.tone))
        plot.scatter([0], [0], marker=" ")  # without any data there are no axes
        for ink in drawing.inks:
            colour = self._colour(ink.tone)
            style = "bold" if ink.tone in ("accent", "strong") else "default"
            plot.text(ink.text, ink.x, ink.y, color=colour, style=style, alignment="left")
        plot.yticks([float(at) for at, _ in drawing.y_ticks], [name for _, name in drawing.y_ticks])
        # The library moves names apart in the order of a set of strings, which is another one in
        # every process: it only makes room for them.
        plot.xticks([float(at) for at, _ in drawing.x_ticks], [" "] * len(drawing.x_ticks))
        rows = cast(Text, super().render()).split()
        if drawing.x_ticks:
            rows[-1] = Text(names_row(drawing.x_ticks, self.size.width - drawing.cells))
        return Text("\n").join(rows)

    def on_click(self, event: events.Click) -> None:
        """Choose the mark under the mouse."""
        if self.drawing is None:
            return
        x = event.x - (self.size.width - self.drawing.cells)
        y = self.drawing.rows - 1 - event.y
        for spot in self.drawing.spots:
            if spot.left <= x <= spot.right and spot.bottom <= y <= spot.top:
                self.post_message(self.Chosen(self, spot.mark))
                return

    def _laid_out(self) -> Drawing | None:
        """Return the drawing for the size there is, None where it is too small."""
        wide, high = self.size.width, self.size.height
        if self._draw is None or wide < SMALLEST[0] or high < SMALLEST[1]:
            return None
        return self._draw(wide, high)

    def _changed(self, before: Drawing | None, after: Drawing | None) -> list[Region] | None:
        """Return where a drawing has changed, for what is sent to be little; None is everywhere."""
        if before is None or after is None or not before.inks or not after.inks:
            return None
        rows = changed_rows(before, after)
        if rows is None:
            return None
        start = self.size.width - after.cells
        found = [
            Region(start + left, after.rows - 1 - y, right - left + 1, 1)
            for y, (left, right) in rows.items()
        ]
        if before.x_ticks != after.x_ticks:
            found.append(Region(0, after.rows, self.size.width, 2))
        offset = self.gutter.top_left
        return [region.translate(offset) for region in found]

    def _colour(self, tone: Tone) -> tuple[int, int, int] | int | str:
        """Return a colour as the library takes it: of the theme, of the terminal, or none."""
        name = self.app.theme_variables.get(COLOURS.get(tone, ""), "")
        if not name or self.app.no_color:
            return "default"
        try:
            colour = Color.parse(name)
        except ColorParseError:
            return "default"
        if colour.ansi is not None:
            return colour.ansi if colour.ansi >= 0 else "default"
        return colour.rgb
