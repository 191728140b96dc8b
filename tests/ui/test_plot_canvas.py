"""The canvas of plots: what is laid out is painted where it was laid out."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tests.ui.painted import painted, text_of
from workbench.views.drawing import Drawing, Ink
from workbench.widgets.plot_canvas import PlotCanvas

NAMES = ((5, "[-0.13]"), (13, "-0.1101"), (22, "0.001"), (28, "0.002"))
DRAWING = Drawing(53, 6, (), (Ink(5, 0, "█"),), x_ticks=NAMES, y_ticks=((0, "     0"),))


class OnePlot(App[None]):
    def compose(self) -> ComposeResult:
        yield PlotCanvas()


async def test_names_stand_under_their_ticks_however_near_they_are() -> None:
    app = OnePlot()
    async with app.run_test(size=(60, 8)) as pilot:
        app.query_one(PlotCanvas).show(lambda cells, rows: DRAWING, "")
        await pilot.pause()
        axis, names = text_of(painted(app))[-2:]
    centres = [7 + x for x, _ in NAMES]
    assert [x for x, sign in enumerate(axis) if sign == "┬"] == centres
    found = [
        names[at - len(name) // 2 :][: len(name)]
        for at, (_, name) in zip(centres, NAMES, strict=True)
    ]
    assert found == [name for _, name in NAMES]
    assert names.split() == found
