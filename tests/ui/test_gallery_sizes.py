"""Every screen and overlay resized while it is open: nothing is cut in silence, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.cells import cell_len
from textual.content import Content
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Static

from tests.ui.gallery_walk import walk
from tests.ui.jobs_pilot import quiet
from tests.ui.painted import Run, painted, text_of
from workbench.app import WorkbenchApp
from workbench.screens.frame import WorkbenchScreen
from workbench.widgets.case_text import CaseText
from workbench.widgets.text_block import TextBlock
from workbench.widgets.text_line import TextLine

START = (80, 24)
SIZES = ((60, 16), (100, 30), (120, 36), (160, 45))
"""The others have pictures."""
SMALLEST = SIZES[:1]
"""An overlay is tightest there."""
TOO_SMALL = ((59, 16), (60, 15))
_ = quiet


@pytest.mark.slow
async def test_any_size_keeps_all_that_is_said_and_where_the_user_was(
    gallery: WorkbenchApp,
) -> None:
    wrong: list[str] = []
    async with gallery.run_test(size=START) as pilot:
        async for stop in walk(pilot):
            before = text_of(painted(gallery))
            a_screen = isinstance(gallery.screen, WorkbenchScreen)
            for size in SIZES if a_screen else SMALLEST:
                await _resize(pilot, size)
                rows = painted(gallery)
                wrong += [
                    f"{stop.name} {size[0]}x{size[1]}: {what}"
                    for what in (*_shape(rows, size), *_said(gallery, rows), *_cut(gallery))
                ]
            for size in TOO_SMALL if a_screen else ():
                await _resize(pilot, size)
                first, *rest = text_of(painted(gallery))
                if first != "The workbench needs 60x16; jobs go on." or any(rest):
                    wrong.append(f"{stop.name} {size}: {first}")
            await _resize(pilot, START)
            after = text_of(painted(gallery))
            # Pictures come later, and a field proposes an ending only while it is typed in.
            typed = isinstance(gallery.focused, Input)
            wrong += [
                f"{stop.name} at {START} again, row {y}: {old!r} is {new!r}"
                for y, (old, new) in enumerate(zip(before, after, strict=True))
                if old != new and not stop.pictures and not (typed and old.startswith(new))
            ]
    assert not wrong, "\n".join(wrong)


async def _resize(pilot: Pilot[None], size: tuple[int, int]) -> None:
    await pilot.resize_terminal(*size)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


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
