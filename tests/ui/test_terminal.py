"""The real program on a pseudo-terminal: starting, ending by a signal, bytes a key costs."""

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
from collections.abc import Callable, Iterator

import pytest

from benchmarks.shown import Shown, Watch
from store.workspace import Workspace

RUN = """
import sys
from pathlib import Path
from workbench.start import run_app
from workbench.views.deep_link import DeepLink
sys.exit(run_app(Path(sys.argv[1]), DeepLink("home")))
"""
BUSY = (
    """
from workbench.app import WorkbenchApp
from workbench.widgets import hangup

hangup.GRACE_S = 1.0
look = WorkbenchApp.look

def look_and_paint(self):
    look(self)
    self.set_interval(0.01, lambda: self._driver.write("\\0" * 65536))

WorkbenchApp.look = look_and_paint
"""
    + RUN
)
"""Writes more than fits behind a terminal: the event loop waits for ever once nobody reads."""
LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"


class Terminal:
    """A pseudo-terminal with the workbench in it; `size` is rows and columns.

    `answer` is what it says of its device attributes.
    """

    def __init__(
        self,
        *command: str,
        size: tuple[int, int] = (24, 80),
        answer: bytes = b"\x1b[?62c",
        **environment: str,
    ) -> None:
        self.answer = answer
        self.shown = Shown(size[0])
        self.main, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        # Libraries of the tests set the size that they think of.
        known = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=child,
            stdout=child,
            stderr=child,
            env={**known, **terminal, **environment},
            start_new_session=True,
        )
        os.close(child)

    def read_until(self, wanted: bytes, limit_s: float = 20.0) -> bytes:
        """Read until the bytes have come, or are newly shown; fails after the limit."""
        watch, n_looked_at = Watch(self.shown, wanted), 0

        def holds(seen: bytes) -> bool:
            nonlocal n_looked_at
            new, n_looked_at = seen[n_looked_at:], len(seen)
            return watch.over(new)

        return self.read_until_holds(holds, limit_s)

    def read_until_holds(self, holds: Callable[[bytes], bool], limit_s: float = 20.0) -> bytes:
        """Read until something holds of what has come; fails after the limit."""
        seen, ends = b"", time.monotonic() + limit_s
        while not holds(seen):
            left = ends - time.monotonic()
            assert left > 0, seen[-2000:]
            if select.select([self.main], [], [], left)[0]:
                try:
                    seen += self._read()
                except OSError:
                    break
        assert holds(seen), seen[-2000:]
        return seen

    def read_until_quiet(self, quiet_s: float = 0.7, limit_s: float = 20.0) -> bytes:
        """Read until nothing has come for a while; fails if there is no quiet before the limit."""
        seen, ends = b"", time.monotonic() + limit_s
        while select.select([self.main], [], [], quiet_s)[0]:
            assert time.monotonic() < ends, seen[-2000:]
            seen += self._read()
        return seen

    def _read(self) -> bytes:
        """Read, and answer what a terminal is asked for first."""
        data = os.read(self.main, 65536)
        for _ in range(data.count(b"\x1b[c")):
            os.write(self.main, self.answer)
        self.shown.feed(data)
        return data


@pytest.fixture
def terminal(workspace: Workspace) -> Iterator[Terminal]:
    made = Terminal("-c", RUN, str(workspace.path))
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.wait()
    os.close(made.main)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was(
    terminal: Terminal, workspace: Workspace, number: signal.Signals
) -> None:
    terminal.read_until(b"flickr8")
    terminal.process.send_signal(number)
    terminal.read_until(LEAVE_ALTERNATE_SCREEN)
    assert terminal.process.wait(20) == 128 + number
    assert list(workspace.path.glob("ui-state-*.json"))


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "painting"])
def test_the_program_ends_with_its_terminal(workspace: Workspace, busy: bool) -> None:
    """No signal comes here: the terminal is not the controlling one of the program."""
    terminal = Terminal("-c", BUSY if busy else RUN, str(workspace.path))
    try:
        terminal.read_until(b"flickr8")
        if busy:
            time.sleep(1)  # until nothing more fits
        os.close(terminal.main)
        assert terminal.process.wait(20) == 128 + signal.SIGHUP
    finally:
        terminal.process.kill()
        terminal.process.wait()


def test_ctrl_q_ends_with_success(terminal: Terminal) -> None:
    terminal.read_until(b"flickr8")
    os.write(terminal.main, b"\x11")
    terminal.read_until(LEAVE_ALTERNATE_SCREEN)
    assert terminal.process.wait(20) == 0


def test_a_cursor_move_costs_less_than_a_kilobyte(terminal: Terminal) -> None:
    terminal.read_until(b"flickr8")
    terminal.read_until_quiet()
    os.write(terminal.main, b"j")
    assert 0 < len(terminal.read_until_quiet()) < 1024


@pytest.mark.parametrize("keys", [b"", b"?", b":"], ids=["home", "keys", "palette"])
def test_an_idle_program_sends_nothing(terminal: Terminal, keys: bytes) -> None:
    """Nor does a field with a cursor."""
    terminal.read_until(b"flickr8")
    terminal.read_until_quiet()
    os.write(terminal.main, keys)
    terminal.read_until_quiet()
    assert terminal.read_until_quiet(quiet_s=2.5) == b""
