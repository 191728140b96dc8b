"""A plot with its title above it, and the numbers under its cursor below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult

from workbench.presenters.plots import Opening, Picture
from workbench.presenters.plots.table import aligned
from workbench.presenters.rule import rule
from workbench.presenters.text import cut
from workbench.presenters.wrap import wrapped
from workbench.views.line import Line, Span
from workbench.views.plots import NO_MARK, TITLES, PlotKind
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.plot_canvas import SMALLEST, PlotCanvas
from workbench.widgets.scope_line import ScopeLine
from workbench.widgets.text_block import TextBlock

NOTE_ROWS = 3
"""Rows of a note at most."""
WITH_NUMBERS = 110
"""From this width on the numbers of all marks stand beside their plot."""
BESIDE = 46
"""Cells of the numbers beside a plot."""
BELOW = 18
"""From this height on numbers that have no room beside their plot stand below it, else instead."""


class PlotPane(Rows):
    """Shows one plot; only the active pane shows its cursor."""

    DEFAULT_CSS = f"""
    PlotPane {{
        height: 1fr; width: 1fr;
        & > Columns {{ height: 1fr; }}
        & > #note {{ height: 1; }}
        & #numbers {{
            display: none; width: {BESIDE}; padding-left: 1; border-left: vkey $rule;
        }}
        &.-numbers #numbers {{ display: block; }}
        &.-below > Columns {{ layout: vertical; }}
        &.-below #numbers {{ width: 1fr; height: 1fr; border-left: none; }}
        &.-instead PlotCanvas {{ display: none; }}
    }}
    """

    def __init__(self, kind: PlotKind, place: str) -> None:
        super().__init__(id=f"plot-{kind}")
        self.kind = kind
        self._place = place
        self.picture: Picture | None = None
        self.mark = NO_MARK
        self._active = False
        self._alone = True
        self._wanted: bool | None = None

    def compose(self) -> ComposeResult:
        """Lay out title, plot, numbers and note."""
        yield ScopeLine(id="title")
        with Columns():
            yield PlotCanvas()
            yield TextBlock(id="numbers")
        yield ScopeLine(id="told")
        yield TextBlock(id="note")

    def on_mount(self) -> None:
        """Show the title."""
        self._write()

    def show(self, picture: Picture) -> None:
        """Show another plot of the kind, with the cursor where it was if that is still there."""
        self.picture = picture
        self.mark = self.mark if 0 <= self.mark < picture.marks else picture.first
        self._draw()

    def clear(self) -> None:
        """Show nothing until there is a plot of what is counted now; the cursor stays."""
        if self.picture is not None:
            self.picture = None
            self.query_one(PlotCanvas).clear()
            self.query_one("#numbers", TextBlock).show(lambda cells, rows: ())
            self.query_one("#note", TextBlock).show(lambda cells, rows: ())
            self.query_one("#told", ScopeLine).show(lambda cells: Line(()))

    def activate(self, active: bool, *, alone: bool) -> None:
        """Say whether the keys go here, and whether this is the only pane that is seen."""
        if (active, alone) != (self._active, self._alone):
            self._active, self._alone = active, alone
            self._draw()

    def move(self, right: int, up: int) -> None:
        """Move the cursor."""
        if self.picture is None or self.mark == NO_MARK:
            return
        cells, rows = self.place
        self.go(self.picture.moved(self.mark, right, up, cells, rows))

    def go(self, mark: int) -> None:
        """Put the cursor on a mark."""
        if mark != self.mark:
            self.mark = mark
            self._draw()

    @property
    def place(self) -> tuple[int, int]:
        """The size of the canvas; before it has one, one that any plot fits."""
        size = self.query_one(PlotCanvas).size
        return (size.width, size.height) if size else (80, 16)

    @property
    def opening(self) -> Opening | None:
        """What Enter leads to, None without a mark."""
        if self.picture is None or self.mark == NO_MARK:
            return None
        return self.picture.opening(self.mark, *self.place)

    @property
    def numbered(self) -> bool:
        """Whether the numbers of all marks are shown."""
        return self.has_class("-numbers")

    def want_numbers(self, wanted: bool) -> None:
        """Show or hide the numbers, whatever room there is: beside, below or instead of the plot.

        The marks of a map are its cells, which have no numbers of their own.
        """
        self._wanted = wanted
        self.on_resize()

    def on_resize(self) -> None:
        """Show the numbers where there is room; say again what the cell of a map holds."""
        cells, rows = self.size
        room = cells >= WITH_NUMBERS if self._wanted is None else self._wanted
        shown = room and self.kind != "map"
        narrow = shown and cells < BESIDE + SMALLEST[0]
        self.set_class(shown, "-numbers")
        self.set_class(narrow, "-below")
        self.set_class(narrow and rows < BELOW, "-instead")
        self.call_after_refresh(self._write)

    def _draw(self) -> None:
        picture, mark = self.picture, self.mark if self._active else NO_MARK
        if picture is not None:
            canvas = self.query_one(PlotCanvas)
            canvas.show(lambda cells, rows: picture.draw(cells, rows, mark), picture.note)
        self._write()

    def _write(self) -> None:
        name = TITLES[self.kind]
        keys_here = self._active and not self._alone
        self.query_one("#title", ScopeLine).show(
            lambda cells: rule(name, cells, self._place, here=keys_here)
        )
        picture = self.picture
        if picture is None:
            return
        told = picture.told(self.mark, *self.place)
        self.query_one("#told", ScopeLine).show(partial(_cut, told))
        shown = picture.note if picture.marks else ""  # else it stands in place of the plot
        note = self.query_one("#note", TextBlock)
        rows = wrapped(shown, max(20, self.size.width - 2))[:NOTE_ROWS]
        note.styles.height = max(1, len(rows))
        said = tuple(Line((Span(f" {row}", "dim"),)) for row in rows)
        note.show(lambda cells, height: said)
        if self.has_class("-numbers"):
            lines = aligned(picture)
            here = self.mark if self._active else NO_MARK
            self.query_one("#numbers", TextBlock).show(partial(_listed, lines, here))


def _listed(lines: Sequence[Line], here: int, cells: int, rows: int) -> tuple[Line, ...]:
    """Return as many lines as there is room for, around the one of the cursor."""
    first = max(0, min(here - rows // 2, len(lines) - rows))
    shown = []
    for at in range(first, min(len(lines), first + rows)):
        line = _cut(lines[at], cells)
        spans = line.spans if at == here else tuple(Span(span.text) for span in line.spans)
        shown.append(Line((Span(">" if at == here else " ", "accent"), *spans)))
    return tuple(shown)


def _cut(line: Line, cells: int) -> Line:
    """Cut a line to its place, so that nothing ends in the middle of a word unseen."""
    spans, room = [], cells - 1
    for span in line.spans:
        text = cut(span.text, room)
        spans.append(Span(text, span.tone))
        room -= len(text)
        if text != span.text:
            break
    return Line(tuple(spans))
