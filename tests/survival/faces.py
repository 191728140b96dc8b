"""The real terminal face on a pseudo-terminal that controls it, as a terminal window does."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.shown import Shown, Watch

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"
MOUSE_OFF = (b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1006l")


class Face:
    """`workbench --workspace PATH` in a terminal of 100 x 30."""

    def __init__(self, workspace: Path, annotator: str = "me") -> None:
        self.seen = b""
        self._shown = Shown(30)
        pid, self.terminal = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
            # Not execv: libraries of the test may have set COLUMNS behind Python's back.
            known = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
            command = [sys.executable, "-m", "workbench", "--workspace", str(workspace)]
            command += ["--annotator", annotator]
            os.execve(sys.executable, command, {**known, "TERM": "xterm-256color"})
        self.process = psutil.Process(pid)
        self._asked = False
        self.modes = termios.tcgetattr(self.terminal)

    def type(self, keys: bytes) -> None:
        """Type keys."""
        os.write(self.terminal, keys)

    def read(self, seconds: float) -> bool:
        """Read what has been painted; says whether there was anything within some time."""
        self._answer()
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        with suppress(OSError):  # its process has ended
            if part := os.read(self.terminal, 1 << 16):
                self.seen += part
                self._shown.feed(part)
                return True
        return False

    def rest(self, seconds: float) -> None:
        """Take what is painted for some time, and type nothing."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.read(left)

    def _answer(self) -> None:
        """Open beside another face; what is typed before single keys are read is thrown away."""
        if self._asked or b"Also open since" not in self.seen:
            return
        if not termios.tcgetattr(self.terminal)[3] & termios.ICANON:
            self._asked = True
            self.type(b"b")

    def until(self, *words: str, seconds: float = 30.0) -> None:
        """Read until all words have been painted since the call."""
        ends, start = time.monotonic() + seconds, len(self.seen)
        watch = Watch(self._shown, *(word.encode() for word in words))
        while not watch.over(self.seen[start:]):
            assert time.monotonic() < ends, f"{words} did not come:\n{self._shown.text}"
            start = len(self.seen)
            self.read(0.1)

    def ended(self, seconds: float = 20.0) -> int:
        """Wait for the end of the process and return its exit code."""
        ends = time.monotonic() + seconds
        while True:
            self.read(0.02)
            done, status = os.waitpid(self.process.pid, os.WNOHANG)
            if done:
                while self.read(0.1):
                    pass
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < ends, "the face does not end"

    def hang_up(self) -> None:
        """Close the terminal window: the kernel sends SIGHUP."""
        os.close(self.terminal)
        self.terminal = -1

    def close(self) -> None:
        """Kill what is left."""
        with suppress(psutil.NoSuchProcess, ChildProcessError):
            self.process.send_signal(signal.SIGKILL)
            os.waitpid(self.process.pid, 0)
        if self.terminal >= 0:
            os.close(self.terminal)
