"""The program behind textual-serve: pipes instead of a terminal, packets instead of bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import IO

from benchmarks.shown import Shown
from store.workspace import Workspace

WEB = {
    "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TERM_PROGRAM": "textual",
    "TERM": "xterm-kitty",
    "COLUMNS": "100",
    "ROWS": "30",
}
PRELUDE = b"__GANGLION__\n"


def packet(stream: IO[bytes]) -> bytes:
    """Read a packet: its kind, the size of four bytes, the content."""
    kind = stream.read(1)
    return kind + stream.read(int.from_bytes(stream.read(4), "big"))


def shown_in_browser(workspace: Workspace) -> subprocess.Popen[bytes]:
    """Start it as the server does for every tab, and wait until its screen is there."""
    where = ("--workspace", str(workspace.path), "case", "18", "--run", "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", *where],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **WEB},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == PRELUDE
    shown, pictures = Shown(30), False
    while "number 17." not in shown.text:
        got = packet(process.stdout)
        assert len(got) > 1, shown.text
        shown.feed(got[1:])
        pictures = pictures or b"\x1b_G" in got
    assert not pictures  # TERM is the server's, and no kitty shows it
    return process


def test_two_tabs_show_it_beside_each_other_and_closing_one_ends_it(workspace: Workspace) -> None:
    first, second = shown_in_browser(workspace), shown_in_browser(workspace)
    try:
        assert second.stdin is not None
        assert second.stdout is not None
        closed = json.dumps({"type": "quit"}).encode()
        second.stdin.write(b"M" + len(closed).to_bytes(4, "big") + closed)
        second.stdin.flush()
        while packet(second.stdout):
            pass
        assert second.wait(20) == 0
        assert first.poll() is None
    finally:
        for process in (first, second):
            process.kill()
            process.communicate()
