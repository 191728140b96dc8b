"""A program in a pseudo terminal: what it paints for a key, how long that takes, how many bytes."""

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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.shown import Shown, Watch

QUIET_S = 0.05
"""A pause longer than this ends what a key paints; the case is read after 0.08 s of rest."""
SETTLED_S = 0.45
LEFT_OUT = ("TMUX", "STY", "NO_COLOR", "PYTHONDONTWRITEBYTECODE")
"""What would change what is painted; the last would compile all modules anew at every start."""


@dataclass(frozen=True, slots=True)
class Painted:
    """What one key made the program write."""

    ms: float
    n_bytes: int
    rest_bytes: int


class Terminal:
    """A program in a pseudo terminal."""

    def __init__(
        self,
        workspace: Path,
        columns: int,
        rows: int,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start the workbench on a workspace; `environment` is added to the one here."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = time.perf_counter()
        self._shown = Shown(rows)
        self._read_at = 0.0
        command = [sys.executable, "-m", "workbench", "--workspace", str(workspace), *arguments]
        kept = {k: v for k, v in os.environ.items() if k not in LEFT_OUT}
        kept |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})}
        # Not among what the user of this machine has opened.
        kept["XDG_STATE_HOME"] = str(workspace.absolute().parent / "state")
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=kept,
            start_new_session=True,
        )
        os.close(slave)

    def read(self, timeout_s: float) -> bytes:
        """Return what is written next, or nothing after the time."""
        ready, _, _ = select.select([self._master], [], [], timeout_s)
        seen = os.read(self._master, 1 << 20) if ready else b""
        self._read_at = time.perf_counter()  # before the model of the screen takes its time
        if b"\x1b[c" in seen:  # what every terminal answers
            os.write(self._master, b"\x1b[?62c")
        self._shown.feed(seen)
        return seen

    def wait_for(self, word: bytes, timeout_s: float = 20) -> float:
        """Return the seconds from the start until a word is shown."""
        while time.perf_counter() - self.started < timeout_s:
            self.read(0.2)
            if word.decode() in self._shown.text:
                return time.perf_counter() - self.started
        raise TimeoutError(f"{word!r} is not shown:\n{self._shown.text}")

    def settle(self) -> int:
        """Read until nothing has been written for a while; return the bytes."""
        total = 0
        while data := self.read(SETTLED_S):
            total += len(data)
        return total

    def press(self, key: str, word: bytes = b"") -> Painted:
        """Write a key and measure what it paints: all of it, or until a word comes."""
        watch = Watch(self._shown, word)
        begun = last = time.perf_counter()
        os.write(self._master, key.encode())
        total = 0
        patience = 2.0
        came = False
        while data := self.read(patience):
            total += len(data)
            at = self._read_at
            if not word or (not came and (came := watch.over(data))):
                last = at
            if came or not word:
                patience = QUIET_S
        if word and not came:
            raise TimeoutError(f"{word!r} did not come:\n{self._shown.text}")
        return Painted(1000 * (last - begun), total, self.settle())

    def press_until(self, key: str, word: bytes, timeout_s: float = 20) -> float:
        """Write a key and return the milliseconds until a word is painted."""
        watch = Watch(self._shown, word)
        begun = time.perf_counter()
        os.write(self._master, key.encode())
        while not watch.over(self.read(0.05)):
            if time.perf_counter() - begun > timeout_s:
                raise TimeoutError(f"{word!r} did not come:\n{self._shown.text}")
        return 1000 * (time.perf_counter() - begun)

    def idle(self, seconds: float) -> int:
        """Return the bytes written while nothing is pressed."""
        until = time.perf_counter() + seconds
        total = 0
        while (left := until - time.perf_counter()) > 0:
            total += len(self.read(left))
        return total

    def memory_mib(self) -> float:
        """Return the program's resident memory."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    def cpu_s(self) -> float:
        """Return the processor time that the program has taken so far, in seconds."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def close(self) -> None:
        """End the program."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self._master)
