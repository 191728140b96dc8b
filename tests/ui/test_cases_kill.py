"""A killed program loses no label that it has acknowledged, and not the place."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

from benchmarks.shown import Shown, Watch
from store.workspace import Workspace
from tests.survival.faces import Face
from tests.ui.cases_pilot import stored
from workbench.session.places import Places
from workbench.views.case_view import CaseView
from workbench.views.place import Place


def read_until(terminal: int, shown: Shown, *words: bytes, seconds: float = 30) -> None:
    """Read what the program paints until all words have come."""
    end = time.monotonic() + seconds
    watch = Watch(shown, *words)
    data = b""
    while not watch.over(data):
        left = end - time.monotonic()
        assert left > 0, f"{words} did not come:\n{shown.text}"
        if select.select([terminal], [], [], left)[0]:
            data = os.read(terminal, 1 << 16)
            shown.feed(data)


def test_an_acknowledged_label_survives_kill_minus_nine(workspace: Workspace) -> None:
    Places(workspace.path, readonly=False).save(
        Place("cases", CaseView(2, "t2i", "rank>10", "margin"))
    )
    shown = Shown()
    terminal, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    program = subprocess.Popen(
        [sys.executable, "-m", "workbench", "--workspace", str(workspace.path)],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    try:
        os.close(slave)
        read_until(terminal, shown, b"margin", b" decided 0 of ")
        for key, said in (
            (b"1", b"-> CNT saved"),
            (b"2", b"-> ATR saved"),
            (b"x", b"-> DAT saved"),
        ):
            os.write(terminal, key)
            read_until(terminal, shown, said)
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait(10)
        os.close(terminal)
    found = [row[1] for row in stored(workspace)]
    assert found == ['["counting"]', '["attributes"]', '["data_fault"]']


def test_the_next_start_goes_on_where_a_killed_program_was(workspace: Workspace) -> None:
    places = Places(workspace.path, readonly=True, annotator="me")
    first = Face(workspace.path)
    try:
        first.until("Home")
        first.type(b"gj")
        end = time.monotonic() + 30
        while places.load().screen != "jobs":
            assert time.monotonic() < end, "the place is not saved"
            first.read(0.1)
        first.process.send_signal(signal.SIGKILL)
    finally:
        first.close()
    second = Face(workspace.path)
    try:
        second.until("[Jobs]")
    finally:
        second.close()
