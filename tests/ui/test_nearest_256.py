"""Colours of the palette of 256: greys stay grey, hues stay hues, exact ones stay themselves."""

from __future__ import annotations

import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background

from store.workspace import Workspace
from tests.ui.conftest import make_app, settled
from workbench.widgets.nearest_256 import Nearest256, nearest
from workbench.widgets.themes import DARK, LIGHT


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_grounds_of_the_themes_become_greys(theme: object) -> None:
    for name in ("background", "panel"):
        triplet = Color.parse(getattr(theme, name)).triplet
        assert triplet is not None
        number = nearest(*triplet)
        red, green, blue = Color.from_ansi(number).get_truecolor()
        assert red == green == blue


def test_every_colour_of_the_palette_is_its_own_nearest() -> None:
    for number in range(16, 256):
        colour = Color.from_ansi(number).get_truecolor()
        assert Color.from_ansi(nearest(*colour)).get_truecolor() == colour


def test_a_dark_hue_stays_a_hue() -> None:
    red, green, blue = Color.from_ansi(nearest(42, 70, 88)).get_truecolor()
    assert max(red, green, blue) - min(red, green, blue) > 60


def test_the_sixteen_of_the_terminal_stay() -> None:
    line = [Segment("a", Style(color="red", bgcolor="#232830", bold=True)), Segment("b")]
    first, second = Nearest256().apply(line, Background(0, 0, 0))
    assert first.style is not None
    assert (first.style.color, first.style.bold) == (Color.parse("red"), True)
    assert first.style.bgcolor == Color.from_ansi(235)
    assert second.style is None


@pytest.mark.parametrize(("system", "rounds"), [("256", True), ("truecolor", False)])
async def test_only_a_terminal_of_256_colours_is_rounded_for(
    workspace: Workspace, system: str, rounds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", system)
    app = make_app(workspace, "cases", run_id=1, filter="")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert any(isinstance(one, Nearest256) for one in app.get_line_filters()) is rounds
