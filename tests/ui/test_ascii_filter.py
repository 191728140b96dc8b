"""`--ascii`: nothing but ASCII reaches the terminal, and every cell stays where it was."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from store.workspace import Workspace
from tests.ui.conftest import fill
from tests.ui.test_terminal import Terminal
from workbench.widgets.ascii_filter import RAMP, AsciiFilter


def ascii_of(text: str, style: Style | None = None) -> str:
    (segment,) = AsciiFilter().apply([Segment(text, style)], Color(0, 0, 0))
    return segment.text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("── title ─┐", "-- title -+"),
        ("│▏█▁", "|.#_"),
        ("caf\xe9 na\xefve", "cafe naive"),
        ("\u201cred\u201d \u2013 \u2018x\u2019", "\"red\" - 'x'"),
        ("\u4e2d\u6587", "????"),
        ("\u00bd", "1"),
        ("\u28ff\u2800\u2801", "@ :"),
    ],
)
def test_a_text_keeps_its_cells(text: str, wanted: str) -> None:
    shown = ascii_of(text)
    assert shown == wanted
    assert cell_len(shown) == cell_len(text)


def test_a_half_block_is_as_bright_as_its_two_pixels() -> None:
    def shown(upper: int, lower: int) -> str:
        colours = (RichColor.from_rgb(n, n, n) for n in (upper, lower))
        return ascii_of("▀▀", Style.from_color(*colours))

    assert (shown(0, 0), shown(255, 255)) == (RAMP[0] * 2, RAMP[-1] * 2)
    assert RAMP.index(shown(0, 255)[0]) in (4, 5)


def test_control_sequences_stay_as_they_are() -> None:
    picture = Segment("\x1b_Gé", None, ((ControlType.CURSOR_FORWARD, 0),))
    assert AsciiFilter().apply([picture], Color(0, 0, 0)) == [picture]


@pytest.mark.parametrize(
    "color", ["truecolor", *(pytest.param(c, marks=pytest.mark.slow) for c in ("16", "none"))]
)
def test_the_real_program_sends_ascii_alone(tmp_path: Path, color: str) -> None:
    with Workspace(tmp_path / "workspace") as made:
        fill(
            made,
            tmp_path / "images",
            lambda n: f"Zwei H\xfcnde \u2014 \u4e2d\u6587 \U0001f415, number {n}.",
        )
    options = ("--ascii", "--color", color, "--workspace", str(tmp_path / "workspace"))
    terminal = Terminal("-m", "workbench", *options, "cases", "", "--run", "1")
    try:
        seen = terminal.read_until(b"Zwei Hunde - ????")
        for keys in (
            b"p",
            b"j",
            b"T",
            b"q",
            b"?",
            b"q",
            b"f",
            b"q",
            b"gm",
            b"gp",
            b"gj",
            b"gd",
            b"q",
            b"gh",
        ):
            os.write(terminal.main, keys)
            seen += terminal.read_until_quiet(0.5)
        assert seen.isascii(), re.findall(rb".{20}[\x80-\xff].{20}", seen)[:3]
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)


def test_commands_print_ascii_alone(tmp_path: Path) -> None:
    with Workspace(tmp_path / "workspace") as made:
        fill(made, tmp_path / "images", lambda n: f"H\xfcnde \u4e2d, number {n}.")
    options = ("--ascii", "--workspace", str(tmp_path / "workspace"), "failures", "1")
    command = [sys.executable, "-m", "workbench", *options]
    done = subprocess.run(command, capture_output=True, check=True)
    assert b"H?nde ?, number" in done.stdout
    assert done.stdout.isascii()
