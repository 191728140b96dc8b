"""Containers that paint nothing of their own look as those of the library do."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from workbench.widgets.hollow import Columns, Layers, Rows

CSS = """
* { background: #203040; }
.edge { border-left: vkey red; padding-right: 1; }
.tinted { background: #ff0000 20%; }
"""


class Boxes(App[None]):
    CSS = CSS

    def __init__(self, kind: type[Widget], classes: str) -> None:
        super().__init__()
        self.kind, self.of = kind, classes

    def compose(self) -> ComposeResult:
        yield self.kind(Static("one"), Static("two"), classes=self.of)


async def seen(kind: type[Widget], classes: str) -> tuple[list[Strip], list[Strip]]:
    """Return what a container paints itself, and what the whole screen shows."""
    app = Boxes(kind, classes)
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        lines = app.query_one(kind).render_lines(Region(2, 1, 20, 4))
        return [line.simplify() for line in lines], app.screen._compositor.render_strips()


@pytest.mark.parametrize("classes", ["", "edge", "tinted"])
@pytest.mark.parametrize(
    ("hollow", "library"), [(Rows, Vertical), (Columns, Horizontal), (Layers, Container)]
)
async def test_they_look_as_those_of_the_library(
    hollow: type[Widget], library: type[Widget], classes: str
) -> None:
    (mine, shown), (theirs, wanted) = await seen(hollow, classes), await seen(library, classes)
    assert [line.text for line in mine] == [line.text for line in theirs]
    assert [[s.style.bgcolor for s in line if s.style] for line in mine] == [
        [s.style.bgcolor for s in line if s.style] for line in theirs
    ]
    assert shown == wanted


async def test_one_line_stands_for_all() -> None:
    app = Boxes(Rows, "")
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        assert len({id(line) for line in app.query_one(Rows).render_lines(Region(0, 0, 9, 5))}) == 1
