"""What a photograph takes over ssh, in every way of drawing, and that it still looks like it."""

from __future__ import annotations

import base64
import io
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from rich.color import ColorSystem

from tests.ui.test_picture import Shower, settle
from tests.ui.test_sixels import decoded
from workbench.views.case import PictureView
from workbench.widgets.picture import Picture
from workbench.widgets.picture_drawing import BYTES_OVER_SSH, Drawn, Room, draw
from workbench.widgets.picture_file import load
from workbench.widgets.picture_mode import Drawing
from workbench.widgets.picture_protocol import cell_pixels

WAYS = ["half-block", "sixel", "kitty"]
BOXES = [(39, 8), (78, 18)]
"""What a picture of Triage has at 80x24 and at 200x50."""


@pytest.fixture(scope="module", params=["china.jpg", "flower.jpg"])
def photograph(request: pytest.FixtureRequest) -> Path:
    """A photograph that scikit-learn brings along, full of details or of one thing."""
    found = find_spec("sklearn")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "datasets" / "images" / request.param


def sent(drawn: Drawn, colours: ColorSystem = ColorSystem.TRUECOLOR) -> int:
    """Count the bytes that go to the terminal."""
    cells = (
        segment.style.render(segment.text, color_system=colours)
        for y in range(drawn.height if drawn.line else 0)
        for segment in drawn.line(y)
        if segment.style is not None
    )
    return len(drawn.sixels + drawn.sent) + sum(len(text.encode()) for text in cells)


def seen(drawn: Drawn) -> NDArray[np.uint8]:
    """Decode what a terminal gets."""
    if drawn.sixels:
        return decoded(drawn.sixels)
    data = "".join(re.findall(r"\x1b_G[^;]*;([^\x1b]*)", drawn.sent))
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("how", WAYS)
def test_a_photograph_over_ssh_keeps_to_its_bytes(
    photograph: Path, how: Drawing, box: tuple[int, int]
) -> None:
    slow = draw(photograph, Room(*box, BYTES_OVER_SSH, posterized=True), how)
    assert BYTES_OVER_SSH / 6 < sent(slow) <= BYTES_OVER_SSH
    few = draw(photograph, Room(*box, BYTES_OVER_SSH, truecolor=False, posterized=True), how)
    assert sent(few, ColorSystem.EIGHT_BIT) <= BYTES_OVER_SSH


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("how", ["sixel", "kitty"])
def test_a_photograph_of_few_bytes_looks_like_itself(
    photograph: Path, how: Drawing, box: tuple[int, int]
) -> None:
    across, down = cell_pixels()
    whole = load(photograph, (box[0] * across, box[1] * down))
    small = seen(draw(photograph, Room(*box, BYTES_OVER_SSH, posterized=True), how))
    size = (64, 48)  # what a glance takes in
    again = np.asarray(Image.fromarray(small).resize(size), float)
    assert np.abs(again - np.asarray(whole.resize(size), float)).mean() < 6


def test_fewer_colours_leave_a_picture_larger(photograph: Path) -> None:
    room = Room(78, 18, BYTES_OVER_SSH)
    small = draw(photograph, room, "sixel")
    large = draw(photograph, Room(78, 18, BYTES_OVER_SSH, posterized=True), "sixel")
    assert large.width * large.height > small.width * small.height


def test_kitty_fills_the_box_with_few_pixels(photograph: Path) -> None:
    free = draw(photograph, Room(78, 18), "kitty")
    slow = draw(photograph, Room(78, 18, BYTES_OVER_SSH, posterized=True), "kitty")
    assert (slow.width, slow.height) == (free.width, free.height)
    assert seen(slow).size < seen(free).size


@pytest.mark.parametrize("ssh", [False, True], ids=["here", "ssh"])
async def test_only_a_line_makes_pictures_small(
    photograph: Path, ssh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ssh:
        monkeypatch.setenv("SSH_CONNECTION", "a 1 b 22")
    app = Shower()
    async with app.run_test(size=(78, 18)):
        picture = app.query_one(Picture)
        picture.mode = "sixel"
        picture.show(PictureView("p", photograph))
        await settle(picture)
        assert picture._drawn is not None
        assert (sent(picture._drawn) <= BYTES_OVER_SSH) == ssh
