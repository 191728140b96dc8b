"""What fits: nothing is wider than the screen or cut in silence, and `? all` ends the last line."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tests.ui.painted import Run, text_of
from workbench.app import WorkbenchApp
from workbench.screens.frame import WorkbenchScreen
from workbench.widgets.case_text import CaseText
from workbench.widgets.text_block import TextBlock
from workbench.widgets.text_line import TextLine


def unfit(app: WorkbenchApp, rows: list[list[Run]]) -> Iterator[str]:
    """Say what does not fit into the screen as it is painted now."""
    yield from _shape(rows, (app.size.width, app.size.height))
    yield from _said(app, rows)
    yield from _cut(app)


def _shape(rows: list[list[Run]], size: tuple[int, int]) -> Iterator[str]:
    """Nothing is wider than the screen, and it is not empty."""
    width, height = size
    if len(rows) != height:
        yield f"{len(rows)} rows"
    for y, row in enumerate(rows):
        if row and row[-1].end > width:
            yield f"row {y} has {row[-1].end} cells"
    if sum(any(run.text.strip() for run in row) for row in rows) < 2:
        yield "it is empty"


def _said(app: WorkbenchApp, rows: list[list[Run]]) -> Iterator[str]:
    """A screen says what its numbers count, and ends with the key of all keys."""
    if not isinstance(app.screen, WorkbenchScreen):
        return
    text = text_of(rows)
    if not text[-1].endswith("? all"):
        yield f"the last line is {text[-1]!r}"
    counts = text[0] if app.screen.NAME == "triage" else text[1]
    if app.screen.NAME != "home" and not any(char.isdigit() for char in counts):
        yield f"line 2 counts nothing: {counts!r}"


def _cut(app: WorkbenchApp) -> Iterator[str]:
    """What is written for one row fits into it: whoever writes it shortens it with "..".

    A text that is wider than its widget would end at the edge as if it were whole.
    """
    for widget in app.screen.query("*").results(Widget):
        if not isinstance(widget, CaseText | Static | TextBlock | TextLine):
            continue
        styles = widget.styles
        wraps = isinstance(widget, Static) and (styles.text_wrap, styles.text_overflow) != (
            "nowrap",
            "clip",
        )
        if not widget.size or not widget.is_on_screen or wraps:
            continue
        width = widget.content_size.width
        for line in _text(widget).split("\n"):
            if cell_len(line.rstrip()) > width:
                yield f"{widget!r} has {width} cells for {line.rstrip()!r}"


def _text(widget: Widget) -> str:
    drawn = widget.render()
    return drawn.plain if isinstance(drawn, Content) else str(drawn)
