"""Sixels in the real program on a pseudo-terminal: whole, in their place, gone when covered."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks.shown import Shown
from store.workspace import Workspace
from tests.ui.test_terminal import Terminal
from workbench.widgets.picture_drawing import Room, draw
from workbench.widgets.picture_protocol import sixels

LAID = re.compile(rb"\x1b7\x1b\[(\d+);(\d+)H(\x1bP[^\x1b]*\x1b\\)\x1b8")
BEGUN = re.compile(rb"\x1bP")
STEP = re.compile(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)(.)|([?-~])|([$-])")


def decoded(data: str) -> NDArray[np.uint8]:
    """Decode sixels as xterm does: the definition of a colour does not choose it."""
    size = re.match(r'\x1bP0;1;0q"1;1;(\d+);(\d+)', data)
    assert size is not None
    width, height = map(int, size.groups())
    pixels = np.zeros((height + 6, width, 3), np.uint8)
    colours: dict[int, list[int]] = {}
    x = y = colour = 0
    for step in STEP.finditer(data[size.end() : -2]):
        number, *levels, times, repeated, once, end = step.groups()
        if number is not None and levels[0] is not None:
            colours[int(number)] = [round(int(level) * 2.55) for level in levels]
        elif number is not None:
            colour = int(number)
        elif end is not None:
            x, y = 0, y + 6 * (end == "-")
        else:
            count, bits = int(times or 1), ord(repeated or once) - 63
            for row in range(6):
                if bits >> row & 1:
                    pixels[y + row, x : x + count] = colours[colour]
            x += count
    return pixels[:height]


def test_a_terminal_that_chooses_no_colour_by_its_definition_gets_all_colours() -> None:
    rows, columns = np.mgrid[:60, :80]
    wanted = np.stack([rows * 4, columns * 3, (rows // 7 + columns // 11) % 2 * 200], 2)
    picture = Image.fromarray(wanted.astype(np.uint8))
    assert np.abs(decoded(sixels(picture)).astype(int) - wanted).mean() < 8


def test_the_height_is_of_whole_sixels() -> None:
    high = [decoded(sixels(Image.new("RGB", (9, height)))).shape[0] for height in (1, 11, 12, 28)]
    assert high == [6, 6, 12, 24]


@pytest.mark.parametrize("how", ["sixel", "kitty"])
def test_a_picture_keeps_to_its_bytes(tmp_path: Path, how: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    free = draw(tmp_path / "noise.png", Room(40, 20), how)  # type: ignore[arg-type]
    tight = draw(tmp_path / "noise.png", Room(40, 20, 30_000), how)  # type: ignore[arg-type]
    assert len(free.sixels + free.sent) > 100_000
    assert 10_000 < len(tight.sixels + tight.sent) < 31_000
    assert tight.width / tight.height == pytest.approx(free.width / free.height, rel=0.2)


@pytest.fixture
def terminal(workspace: Workspace, tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(
        *("-m", "workbench", "--workspace", str(workspace.path)),
        *("--images", "sixel", "case", "18", "--run", "1"),
        size=(30, 100),
        XDG_CACHE_HOME=str(tmp_path),
    )
    yield made
    made.process.kill()
    made.process.wait()
    os.close(made.main)


def laid(seen: bytes) -> list[tuple[bytes, ...]]:
    """Return what was laid in what was read: row, column, sixels."""
    return sorted(LAID.findall(seen))


def press(terminal: Terminal, key: bytes, *, pictures: int = 0, text: bytes = b"") -> bytes:
    """Press a key and return all that it paints: a text, and at least so many pictures."""
    os.write(terminal.main, key)
    return shown(terminal, text, pictures)


def shown(terminal: Terminal, text: bytes, pictures: int) -> bytes:
    seen = terminal.read_until(text)
    seen += terminal.read_until_holds(lambda more: len(laid(seen + more)) >= pictures)
    return seen + terminal.read_until_quiet()


def test_sixels_are_laid_whole_and_anew_when_what_covers_them_goes(terminal: Terminal) -> None:
    first = laid(shown(terminal, b"number 17.", 2))
    assert len(first) == 2
    assert decoded(first[0][2].decode()).shape[2] == 3
    menu = press(terminal, b"y", pictures=2)  # one line, under the pictures
    assert laid(menu) == first
    cells = Shown()
    cells.feed(menu)
    corners = {(int(column) - 1, int(row) - 1) for row, column, _ in first}
    assert corners <= cells.cells.keys(), "cells under sixels are sent though they are the same"
    back = press(terminal, b"\x1b", pictures=2)
    assert laid(back) == first
    covered = press(terminal, b"?", text=b"Keys in")
    assert BEGUN.findall(covered) == []
    back = press(terminal, b"q", pictures=2)
    assert laid(back) == first
    assert len(BEGUN.findall(menu + covered + back)) == 4


def test_pictures_passed_by_are_not_sent(terminal: Terminal) -> None:
    shown(terminal, b"number 17.", 2)
    assert 0 < len(BEGUN.findall(press(terminal, b"jjjjjjj", pictures=1))) <= 2


def test_what_does_not_touch_the_pictures_leaves_them(terminal: Terminal) -> None:
    shown(terminal, b"number 17.", 2)
    assert BEGUN.findall(press(terminal, b" ")) == []
