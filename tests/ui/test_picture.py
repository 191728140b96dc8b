"""Pictures: every kind of file gives a picture or a reason, and never a crash."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from pathlib import Path

import pytest
from PIL import Image
from textual.app import App, ComposeResult

from tests.ui.test_terminal import Terminal
from workbench.views.case import PictureView
from workbench.widgets import picture_file
from workbench.widgets.picture import Picture
from workbench.widgets.picture_cells import half_blocks
from workbench.widgets.picture_drawing import Drawn, Room, allowed, draw
from workbench.widgets.picture_file import PictureError, load
from workbench.widgets.picture_mode import PROBED, Drawing, PictureMode, drawing, next_mode


def png(path: Path, size: tuple[int, int] = (40, 20), colour: object = (200, 10, 10)) -> Path:
    Image.new("RGB", size, colour).save(path)
    return path


def test_the_shape_is_kept(tmp_path: Path) -> None:
    assert load(png(tmp_path / "wide.png", (400, 100)), (40, 40)).size == (40, 10)
    assert load(png(tmp_path / "high.png", (100, 400)), (40, 40)).size == (10, 40)
    assert load(png(tmp_path / "line.png", (4000, 1)), (40, 40)).size == (40, 1)


def test_a_small_picture_fills_the_box(tmp_path: Path) -> None:
    assert load(png(tmp_path / "dot.png", (1, 1)), (30, 20)).size == (20, 20)


def test_colours_survive(tmp_path: Path) -> None:
    line = half_blocks(load(png(tmp_path / "red.png", (8, 8), (200, 16, 16)), (8, 8)))
    assert [line(y).text for y in range(4)] == ["▀" * 8] * 4
    style = next(iter(line(0))).style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.triplet == style.bgcolor.triplet == (200, 16, 16)


def test_equal_neighbours_share_a_segment(tmp_path: Path) -> None:
    line = half_blocks(load(png(tmp_path / "flat.png", (64, 64)), (30, 30)))
    assert {len(list(line(y))) for y in range(15)} == {1}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("text.jpg", b"this is no image", "not an image"),
        ("empty.png", b"", "not an image"),
        ("cut.png", None, "cannot be read"),
    ],
)
def test_broken_files_have_a_reason(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is None:
        whole = png(tmp_path / "whole.png", (300, 300), (1, 2, 3)).read_bytes()
        content = whole[: len(whole) // 2]
    path.write_bytes(content)
    with pytest.raises(PictureError, match=reason):
        load(path, (20, 20))


def test_missing_folder_and_pixelless_have_a_reason(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "gone.png", "file not found"),
        (tmp_path, "file not found"),
        (None, "imported without images"),
    ):
        with pytest.raises(PictureError, match=reason):
            load(path, (20, 20))


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = png(tmp_path / "big.png", (100, 100))
    monkeypatch.setattr(picture_file, "MAX_PIXELS", 9_999)
    with pytest.raises(PictureError, match="too many pixels: 100 x 100"):
        load(path, (20, 20))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(PictureError, match="too many pixels"):
        load(path, (20, 20))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1", "I;16", "F"])
def test_every_mode_of_pixels(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("picture.tiff" if mode in ("CMYK", "F", "LA") else "picture.png")
    Image.new(mode, (20, 20)).save(path)
    assert load(path, (10, 10)).mode == "RGB"


def test_the_box_keeps_to_the_number_of_cells() -> None:
    assert allowed(40, 20, 1400) == (40, 20)
    width, height = allowed(160, 80, 1400)
    assert width * height <= 1400
    assert width == pytest.approx(2 * height, abs=2)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color"}, "half-block"),
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, "half-block"),
        ({"TERM": "screen", "KITTY_WINDOW_ID": "1"}, "half-block"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "sixel"),
        ({}, "half-block"),
    ],
)
def test_auto_goes_by_what_the_environment_says(environment: dict[str, str], expected: str) -> None:
    assert drawing("auto", environment) == expected
    assert drawing("none", environment) == "none"


@pytest.mark.parametrize(
    ("environment", "round"),
    [
        ({}, "auto sixel kitty none"),
        ({PROBED: "none"}, "auto none"),
        ({PROBED: "sixel"}, "auto half-block none"),
        ({PROBED: "kitty sixel"}, "auto half-block sixel none"),
        ({PROBED: "none", "TMUX": "x"}, "auto kitty none"),
    ],
)
def test_the_modes_that_the_terminal_takes_go_round(
    environment: dict[str, str], round: str
) -> None:
    seen: list[PictureMode] = ["auto"]
    while (mode := next_mode(seen[-1], environment)) != "auto":
        seen.append(mode)
    assert " ".join(seen) == round


def test_a_mode_that_was_asked_for_stays_in_the_round() -> None:
    environment = {PROBED: "none"}
    assert next_mode("sixel", environment) == "none"
    assert next_mode("half-block", environment) == "none"


ASKED = """
import shutil, sys, threading
from PIL import Image
from workbench.widgets.picture_protocol import kitty_strips, sixels

def look():
    while not done:
        sizes.add(tuple(shutil.get_terminal_size()))

sizes, done = set(), []
watch = threading.Thread(target=look)
watch.start()
sixels(Image.new("RGB", (9, 9)))
kitty_strips(1 << 9, 2, 2)
done.append(True)
watch.join()
print(sys.__stdout__.isatty(), sizes, "end")
"""


def test_the_size_of_the_terminal_stays_known_while_the_library_is_imported() -> None:
    terminal = Terminal("-c", ASKED, size=(36, 120))
    try:
        assert terminal.read_until(b"end").split() == b"True {(120, 36)} end".split()
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)


def test_protocols_are_imported_late_and_without_a_question(tmp_path: Path) -> None:
    stdout = sys.__stdout__
    path = png(tmp_path / "p.png")
    kitty = draw(path, Room(10, 5), "kitty")
    sixel = draw(path, Room(10, 5), "sixel")
    assert sys.__stdout__ is stdout
    assert "\x1b_Ga=T,U=1,f=100,i=" in kitty.sent
    assert {kitty.line(y).cell_length for y in range(kitty.height)} == {kitty.width}
    assert sixel.sixels.startswith("\x1bP")


class Shower(App[None]):
    """One picture on a screen; remembers what was drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.finished: list[Path | None] = []

    def on_picture_finished(self, message: Picture.Finished) -> None:
        self.finished.append(message.path)

    def compose(self) -> ComposeResult:
        yield Picture()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"quiet": "#8B94A1"}


async def settle(picture: Picture) -> None:
    end = time.monotonic() + 30
    while not picture.settled:
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


async def test_only_the_last_of_many_is_drawn(tmp_path: Path) -> None:
    paths = [png(tmp_path / f"{n}.png", (20, 20), (20 * n, 0, 0)) for n in range(10)]
    app = Shower()
    async with app.run_test(size=(40, 12)) as pilot:
        picture = app.query_one(Picture)
        for path in paths:
            picture.show(PictureView("p", path))
            await pilot.pause()
        await settle(picture)
        await pilot.pause()
        assert picture.reason == ""
        assert picture.view == PictureView("p", paths[-1])
        assert app.finished == [paths[-1]]


async def test_a_late_decode_of_an_earlier_picture_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = png(tmp_path / "first.png"), png(tmp_path / "second.png")
    let_go, began = threading.Event(), threading.Event()

    def slow(path: Path | None, room: Room, how: Drawing, _: object) -> Drawn:
        if path == first:
            began.set()
            let_go.wait(5)
        return draw(path, room, how)

    monkeypatch.setattr("workbench.widgets.picture.draw", slow)
    app = Shower()
    async with app.run_test(size=(40, 12)) as pilot:
        picture = app.query_one(Picture)
        picture.show(PictureView("p", first))
        while not began.is_set():
            await asyncio.sleep(0.005)
        picture.show(PictureView("p", second))
        await settle(picture)
        let_go.set()
        picture.post_message(Picture._Decoded(1, None, "too late"))
        await pilot.pause()
        assert picture.reason == ""
        assert app.finished == [second]


async def test_a_reason_stands_in_the_middle(tmp_path: Path) -> None:
    app = Shower()
    async with app.run_test(size=(40, 11)) as pilot:
        picture = app.query_one(Picture)
        picture.show(PictureView("p", tmp_path / "gone.png"))
        await settle(picture)
        await pilot.pause()
        assert picture.render_line(5).text.strip() == "file not found: gone.png"
        picture.show(PictureView("p", None, "truncated file"))
        await settle(picture)
        assert picture.reason == "truncated file"


async def test_a_resize_draws_anew(tmp_path: Path) -> None:
    app = Shower()
    async with app.run_test(size=(40, 20)) as pilot:
        picture = app.query_one(Picture)
        picture.show(PictureView("p", png(tmp_path / "p.png", (100, 100))))
        await settle(picture)
        assert "▀" * 40 in picture.render_line(10).text
        await pilot.resize_terminal(20, 20)
        while picture.size.width != 20:
            await pilot.pause()
        await settle(picture)
        assert picture.render_line(10).text == "▀" * 20
