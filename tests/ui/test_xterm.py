"""A real xterm on a virtual screen: pictures lie where they belong, copies reach the clipboard."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from store.workspace import Workspace

TOOLS = ("Xvfb", "xterm", "xdotool", "xclip", "import")
NEEDS = [name for name in TOOLS if shutil.which(name) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(NEEDS), reason=f"not installed: {', '.join(NEEDS)}"),
]
LIMIT_S = 30.0
CASE = 22
"""A missed caption: its own image and the retrieved one have different colours."""

TRUE = (20 * 4, 255 - 20 * 4, 90)
"""The colour of its own image, number 4."""


@pytest.fixture
def display() -> Iterator[str]:
    read, write = os.pipe()
    screen = ("-screen", "0", "1000x640x24", "-nolisten", "tcp", "-noreset")
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), *screen], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    os.close(write)
    with os.fdopen(read) as told:
        yield f":{told.readline().strip()}"
    server.terminate()
    server.wait()


@pytest.fixture
def xterm(display: str, workspace: Workspace, tmp_path: Path) -> Iterator[dict[str, str]]:
    """xterm with sixels and an open clipboard, and the workbench in it."""
    environment = {**os.environ, "DISPLAY": display, "XDG_CACHE_HOME": str(tmp_path)}
    open_clipboard = "XTerm*disallowedWindowOps: 20,21,SetXprop"
    options = ("-ti", "vt340", "-xrm", open_clipboard, "-geometry", "100x30+0+0")
    where = ("--workspace", str(workspace.path), "case", str(CASE), "--run", "1")
    process = subprocess.Popen(
        ["xterm", *options, "-e", sys.executable, "-m", "workbench", *where],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    yield environment
    process.terminate()
    process.wait()


def pixels(environment: dict[str, str]) -> NDArray[np.uint8]:
    """Return what the virtual screen shows, (height, width, 3)."""
    command = ["import", "-silent", "-window", "root", "png:-"]
    taken = subprocess.run(command, env=environment, capture_output=True, check=True)
    return np.asarray(Image.open(io.BytesIO(taken.stdout)).convert("RGB"))


def cells_of(shown: NDArray[np.uint8], colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Where the screen has a colour, as exactly as sixels tell it (in percent)."""
    near: NDArray[np.bool_] = np.abs(shown.astype(int) - colour).max(2) <= 4
    return near


def wait_for_pixels(
    environment: dict[str, str], colour: tuple[int, int, int], least: int, most: int
) -> NDArray[np.bool_]:
    """Wait until the colour fills so many pixels."""
    ends = time.monotonic() + LIMIT_S
    while True:
        there = cells_of(pixels(environment), colour)
        if least <= there.sum() <= most:
            return there
        assert time.monotonic() < ends, there.sum()
        time.sleep(0.2)


def press(environment: dict[str, str], *keys: str) -> None:
    for key in keys:
        subprocess.run(["xdotool", "key", key], env=environment, check=True)
        time.sleep(0.4)


def test_a_picture_is_drawn_covered_and_drawn_again(xterm: dict[str, str]) -> None:
    there = wait_for_pixels(xterm, TRUE, 5_000, 100_000)
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    box = there[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert box.mean() > 0.99  # a whole rectangle of the picture's only colour
    assert box.shape[1] / box.shape[0] == pytest.approx(32 / 24, rel=0.1)
    press(xterm, "question")
    wait_for_pixels(xterm, TRUE, 0, 0)
    press(xterm, "Escape")
    assert (wait_for_pixels(xterm, TRUE, 5_000, 100_000) == there).all()
    press(xterm, "I")
    wait_for_pixels(xterm, TRUE, 0, 0)  # the retrieved picture has the screen
    press(xterm, "K")
    assert wait_for_pixels(xterm, TRUE, 2 * int(there.sum()), 640_000).sum() > there.sum()


def test_a_copy_reaches_the_clipboard(xterm: dict[str, str]) -> None:
    wait_for_pixels(xterm, TRUE, 5_000, 100_000)
    press(xterm, "y", "c")
    paste = ["xclip", "-out", "-selection", "clipboard"]
    taken = subprocess.run(paste, env=xterm, capture_output=True, check=True, timeout=LIMIT_S)
    assert taken.stdout.decode().endswith(f"number {CASE - 1}.")
