"""The program behind textual-serve: pipes instead of a terminal, packets instead of bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import IO

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


def test_it_starts_shows_its_screen_and_ends_when_the_tab_is_closed(workspace: Workspace) -> None:
    where = ("--workspace", str(workspace.path), "case", "18", "--run", "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", *where],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **WEB},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == PRELUDE
        shown = b""
        while b"number 17." not in shown:
            got = packet(process.stdout)
            assert len(got) > 1, shown[-500:]
            shown += got[1:]
        assert b"\x1b_G" not in shown
        closed = json.dumps({"type": "quit"}).encode()
        process.stdin.write(b"M" + len(closed).to_bytes(4, "big") + closed)
        process.stdin.flush()
        while packet(process.stdout):
            pass
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()
