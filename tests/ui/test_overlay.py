"""What a model looked at lies over the pictures once it is asked for, and is named."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from store.workspace import Workspace
from tests.ui.cases_pilot import open_cases, press, said, text_of, until
from workbench.views.overlay import Overlay
from workbench.widgets.picture import Picture
from workbench.widgets.picture_drawing import Room, draw
from workbench.widgets.picture_overlay import DARKER, INFERNO, blend, blended


def lightness(pixels: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB pixels (..., 3)."""
    linear = np.where(
        pixels / 255 <= 0.04045, pixels / 255 / 12.92, ((pixels / 255 + 0.055) / 1.055) ** 2.4
    )
    y = linear @ np.array((0.2126, 0.7152, 0.0722))
    return np.where(y > 216 / 24389, 116 * np.cbrt(y) - 16, y * 24389 / 27)


def test_the_colours_grow_evenly_lighter() -> None:
    steps = np.diff(lightness(INFERNO))
    assert steps.min() > 8
    assert steps.max() < 16


def test_more_weight_is_lighter_and_none_leaves_a_darker_grey_picture() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (4, 200, 3)).astype(np.uint8)
    flat = np.full((1, 101, 3), 128, np.uint8)
    ramp = lightness(blend(flat, np.linspace(0, 1, 101)[None]).astype(float))[0]
    assert ramp[-1] > ramp[0] + 40
    assert ramp[50] != ramp[0]
    plainly = blend(photo, np.zeros((4, 200)))
    assert np.ptp(plainly, axis=-1).max() == 0
    assert plainly.max() <= round(255 * DARKER)
    assert plainly.std() > 10  # the picture is still there


def test_weights_out_of_range_are_clipped() -> None:
    pixels = np.full((1, 3, 3), 100, np.uint8)
    odd = blend(pixels, np.array([[np.nan, -5.0, 7.0]]))
    assert odd.tolist() == blend(pixels, np.array([[0.0, 0.0, 1.0]])).tolist()


def test_an_overlay_of_another_size_covers_the_whole_picture() -> None:
    image = Image.new("RGB", (40, 20), "grey")
    weights = np.zeros((2, 2), np.float32)
    weights[0, 1] = 1
    found = np.asarray(blended(image, Overlay("a", "b", weights))).astype(int)
    assert found.shape == (20, 40, 3)
    bright = found.sum(axis=2)
    assert bright[0, -1] > bright[-1, 0] + 200


@pytest.mark.parametrize("how", ["half-block", "sixel", "kitty"])
def test_every_way_of_drawing_takes_an_overlay(tmp_path, how) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (16, 16), "white").save(path)
    room = Room(8, 4)
    over = Overlay("a", "b", np.eye(4))
    plainly, laid = draw(path, room, how), draw(path, room, how, over)
    cells = [
        [one.line(y) for y in range(4)] if how == "half-block" else [] for one in (plainly, laid)
    ]
    assert cells[0] != cells[1] or (plainly.sixels, plainly.sent) != (laid.sixels, laid.sent)


async def test_without_one_it_is_said_and_nothing_changes(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await until(pilot, lambda: "1 of" in text_of(pilot), "a case is shown")
        await press(pilot, "g", "o")
        await until(pilot, lambda: "No overlay is stored" in said(pilot), "that is said")
        assert not pilot.app.screen.overlaid


async def test_one_that_is_stored_is_laid_named_and_taken_off(workspace: Workspace) -> None:
    async with open_cases(workspace, size=(120, 36)) as pilot:
        screen = pilot.app.screen
        await until(pilot, lambda: screen.loaded is not None, "a case is shown")
        case = screen.loaded.case
        key = (case.run_id, case.direction, case.query_id, case.positive_id)
        over = Overlay("attention, layer 11", "a job", np.eye(7))
        pilot.app.session.overlays.stored[key] = over
        await press(pilot, "g", "o")
        picture = screen.query_one("#picture-true", Picture)
        await until(pilot, lambda: picture.overlay is over, "it lies upon the picture")
        await until(pilot, lambda: "attention, layer 11" in text_of(pilot), "it is named")
        await press(pilot, "j")
        await until(pilot, lambda: screen.loaded.case.query_id != case.query_id, "another case")
        await until(pilot, lambda: picture.overlay is None, "which has none")
        await press(pilot, "k")
        await until(pilot, lambda: picture.overlay is over, "it is there again")
        await press(pilot, "g", "o")
        await until(pilot, lambda: picture.overlay is None, "it is off")
