"""Random keys and sizes in the real program: the terminal shows what whole updates would show."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import random
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.shown import Shown
from store.workspace import Workspace
from tests.ui.test_terminal import Terminal

RUN = """
import json, os, pickle, signal, sys
from pathlib import Path
from benchmarks.shown import Shown
from workbench.start import run_app
from workbench.views.deep_link import DeepLink
from workbench.widgets.sent_cells import SentCells

os.chdir(sys.argv[1])
few, whole, total = Shown(99), Shown(99), [0, 0, 0]
changed = SentCells.changed

def compared(self, data, size):
    sent = changed(self, data, size)
    few.feed(sent.encode())
    whole.feed(data.encode())
    total[:] = total[0] + 1, total[1] + len(sent), total[2] + len(data)
    if few.seen != whole.seen:
        wrong = sorted(set(whole.seen.items()) ^ set(few.seen.items()), key=str)
        Path("differs").write_text(f"{wrong[:40]} {len(wrong)}\\n{data!r}\\n{sent!r}")
        os._exit(9)
    return sent

def dump(*_):
    Path("dump.new").write_bytes(pickle.dumps(whole.seen))
    os.replace("dump.new", "dump")

SentCells.changed = compared
signal.signal(signal.SIGUSR1, dump)
code = run_app(Path("workspace"), DeepLink("cases"), **json.loads(sys.argv[2]))
Path("total").write_text(" ".join(map(str, total)))
sys.exit(code)
"""
KEYS = (
    *(b"j", b"k", b"G", b"\x1b[H", b"\x1b[6~", b"\x1b[5~", b"\x1b[B", b"\t", b"\x04", b"\x0c"),
    *(b"1", b"2", b"x", b"u", b"T", b"?", b"\x1b", b"i", b"I", b"y", b"v", b"s"),
    *(b"o", b"g", b" ", b"h", b"l", b"z", b"t", b"\x1b", b"J", b"K", b"/", b"gc", b"gk", b"gs"),
    *(b"gm", b"gp", b"gj", b"gf", b"gc", b"gk", b"gm", b"gf\x1b"),
)
"""Not Enter, which would begin jobs on Home, nor q, which ends the program there."""
SIZES = ((24, 80), (30, 100), (50, 200), (10, 60), (26, 84))
PATIENCE_S = 20
N_KEYS = 120
MOST_S = 6
"""What a loaded machine has not done by then is left out; WORKBENCH_RANDOM_KEYS=N does N keys."""


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({"COLORTERM": ""}, {"image_mode": "half-block"}),
        ({"NO_COLOR": "1"}, {"image_mode": "none", "ascii": True}),
    ],
    ids=["256 colours", "ascii without colours"],
)
def test_random_keys_leave_the_screen_as_whole_updates_do(
    gallery_world: Path, tmp_path: Path, environment: dict[str, str], options: dict[str, object]
) -> None:
    shutil.copytree(gallery_world, tmp_path, symlinks=True, dirs_exist_ok=True)
    chance = random.Random(os.environ.get("WORKBENCH_RANDOM_SEED", "1"))
    n_keys = int(os.environ.get("WORKBENCH_RANDOM_KEYS", "0"))
    here = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    arguments = (str(tmp_path), json.dumps(options))
    terminal = Terminal("-c", RUN, *arguments, **environment, **here)
    pressed: list[bytes] = []
    try:
        terminal.read_until(b"[Cases]")
        until = time.monotonic() + (n_keys or MOST_S)
        for _ in range(n_keys or N_KEYS):
            if time.monotonic() > until or terminal.process.poll() is not None:
                break
            pressed.append(chance.choice(KEYS))
            os.write(terminal.main, pressed[-1])
            if chance.random() < 0.1:
                fcntl.ioctl(terminal.main, termios.TIOCSWINSZ, packed(chance.choice(SIZES)))
                terminal.process.send_signal(signal.SIGWINCH)
            with suppress(OSError):  # it has ended
                terminal.read_until_quiet(chance.choice((0, 0, 0.1, 0.3)))
        if terminal.process.poll() is None:
            os.write(terminal.main, b"\x11")
            with suppress(OSError):
                terminal.read_until_quiet(2)
        code = terminal.process.wait(20)
        differs = tmp_path / "differs"
        assert code == 0, (pressed, code, differs.read_text() if differs.exists() else "")
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)
    n_updates, n_sent, n_whole = map(int, (tmp_path / "total").read_text().split())
    print(n_updates, n_sent, n_whole, len(pressed))
    assert n_updates > 10
    assert n_sent < n_whole


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_tmux_shows_what_whole_updates_show(gallery_world: Path, tmp_path: Path) -> None:
    shutil.copytree(gallery_world, tmp_path, symlinks=True, dirs_exist_ok=True)
    chance = random.Random(os.environ.get("WORKBENCH_RANDOM_SEED", "1"))
    n_keys = int(os.environ.get("WORKBENCH_RANDOM_KEYS", "0"))
    command = [sys.executable, "-c", RUN, str(tmp_path), json.dumps({"image_mode": "half-block"})]
    tmux = ["tmux", "-S", str(tmp_path / "tmux"), "-f", os.devnull]
    kept = {k: v for k, v in os.environ.items() if k not in ("TMUX", "COLORTERM", "NO_COLOR")}
    here = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}

    def ask(*words: str) -> str:
        return subprocess.run([*tmux, *words], check=True, capture_output=True, text=True).stdout

    def shown() -> dict[tuple[int, int], object]:
        """Return what tmux shows."""
        screen = Shown(99)
        for y, line in enumerate(ask("capture-pane", "-p", "-e", "-N").splitlines(), 1):
            screen.feed(f"\x1b[{y}H{line}".encode())
        return dict(screen.seen)

    def wanted() -> dict[tuple[int, int], object]:
        """Return what would be shown if all were sent."""
        dump.unlink(missing_ok=True)
        os.kill(int(ask("display", "-p", "#{pane_pid}")), signal.SIGUSR1)
        end = time.monotonic() + PATIENCE_S
        while not dump.exists():
            assert time.monotonic() < end, "the program does not answer"
            time.sleep(0.02)
        found: dict[tuple[int, int], object] = pickle.loads(dump.read_bytes())
        return found

    dump = tmp_path / "dump"
    start = ["new-session", "-d", "-x", "80", "-y", "24", f"exec {shlex.join(command)}"]
    subprocess.run([*tmux, *start], check=True, env=kept | here | {"TERM": "xterm-256color"})
    try:
        end = time.monotonic() + PATIENCE_S
        while "[Cases]" not in ask("capture-pane", "-p"):
            assert time.monotonic() < end, ask("capture-pane", "-p")
            time.sleep(0.1)
        until = time.monotonic() + (n_keys or MOST_S)
        pressed: list[bytes] = []
        while time.monotonic() < until and len(pressed) < (n_keys or N_KEYS):
            for _ in range(5):
                pressed.append(chance.choice(KEYS))
                ask("send-keys", "-H", *(f"{byte:x}" for byte in pressed[-1]))
            end = time.monotonic() + PATIENCE_S
            while (now := shown()) != (then := wanted()):
                wrong = sorted(now.items() ^ then.items(), key=str)
                assert time.monotonic() < end, f"{pressed}\n{wrong}"
                time.sleep(0.1)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


@pytest.mark.parametrize("overlay", [b"", b"y"], ids=["screen", "overlay"])
def test_all_is_sent_again_where_the_terminal_may_have_lost_it(
    workspace: Workspace, overlay: bytes
) -> None:
    command = ("-m", "workbench", "--workspace", str(workspace.path), "cases", "--run", "1")
    terminal = Terminal(*command)
    try:
        terminal.read_until(b"note -")
        if overlay:
            os.write(terminal.main, overlay)
            terminal.read_until(b"Esc")
        terminal.read_until_quiet()
        os.write(terminal.main, b"\x0c")
        read_cells(terminal, 80 * 24)
        terminal.process.send_signal(signal.SIGWINCH)
        read_cells(terminal, 80 * 24)
        fcntl.ioctl(terminal.main, termios.TIOCSWINSZ, packed((26, 90)))
        terminal.process.send_signal(signal.SIGWINCH)
        read_cells(terminal, 90 * 26)
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)


def read_cells(terminal: Terminal, wanted: int) -> None:
    """Read until so many cells have been sent, and what comes then."""
    shown, end = Shown(99), time.monotonic() + PATIENCE_S
    while len(shown.cells) < wanted:
        assert time.monotonic() < end, f"only {len(shown.cells)} of {wanted} cells came"
        if select.select([terminal.main], [], [], 0.1)[0]:
            shown.feed(terminal._read())
    terminal.read_until_quiet()


def packed(size: tuple[int, int]) -> bytes:
    """Return rows and columns as the kernel takes them."""
    return struct.pack("HHHH", *size, 0, 0)
