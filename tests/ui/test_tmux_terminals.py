"""The real program in tmux under several TERMs: what is drawn, copied, and left behind."""

from __future__ import annotations

import base64
import fcntl
import os
import pty
import re
import select
import shlex
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.workspace import Workspace

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

PATIENCE_S = 30
LEFT = "#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{keypad_flag}"
"""What a program must give back: no alternate screen, no mouse, a cursor, plain keys."""
CLEAN, DRAWN = "0 0 1 0", "1 1"


class Outer:
    """A pseudo-terminal of 80x24 with a tmux client in it, which runs a shell in its pane."""

    def __init__(self, folder: Path, inner_term: str) -> None:
        self._tmux = ["tmux", "-S", str(folder / "tmux"), "-f", os.devnull]
        without = ("TMUX", "TMUX_PANE", "NO_COLOR", "COLORTERM")
        environment = {k: v for k, v in os.environ.items() if k not in without}
        environment |= {"TERM": "xterm-256color", "PS1": "$ ", "HF_HUB_OFFLINE": "1"}
        self.main, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        before = ["set", "-g", "default-terminal", inner_term, ";", "set", "-g", "status", "off"]
        self.process = subprocess.Popen(
            [*self._tmux, *before, ";", "new-session", "sh"],
            stdin=child,
            stdout=child,
            stderr=child,
            env=environment,
            start_new_session=True,
        )
        os.close(child)
        self.seen = b""
        self.until(lambda: self.text() in ("$", "#"), "a shell")

    def tmux(self, *command: str) -> str:
        """Ask the server."""
        asked = [*self._tmux, *command]
        return subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()

    def text(self) -> str:
        """Return what the pane shows."""
        return self.tmux("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        """Send keys by tmux's names."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a line into the shell."""
        self.tmux("send-keys", "-l", text)
        self.press("Enter")

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Read what comes until something holds."""
        end = time.monotonic() + PATIENCE_S
        while True:
            while select.select([self.main], [], [], 0.05)[0]:
                self.seen += os.read(self.main, 65536)
            if holds():
                return
            assert time.monotonic() < end, f"{what} did not come:\n{self.text()}"

    def state(self) -> str:
        """Return what the pane has been told: see LEFT."""
        return self.tmux("display", "-p", LEFT)

    def close(self) -> None:
        """End the server and what runs in it."""
        self.tmux("kill-server")
        self.process.wait(10)
        os.close(self.main)


@contextmanager
def a_terminal(folder: Path, inner_term: str) -> Iterator[Outer]:
    made = Outer(folder, inner_term)
    try:
        yield made
    finally:
        made.close()


def start(outer: Outer, workspace: Workspace) -> None:
    """Run the program from the shell until a case is shown."""
    workspace_is = ("--workspace", str(workspace.path))
    command = [sys.executable, "-m", "workbench", *workspace_is, "cases", "rank>1", "--run", "1"]
    outer.type(f"{shlex.join(command)}; echo ended with $?")
    outer.until(lambda: "[Cases]" in outer.text() and "ranks ViT-B-32" in outer.text(), "a case")


def pid(outer: Outer) -> str:
    """Return the process id of the program."""
    shell = outer.tmux("display", "-p", "#{pane_pid}")
    found = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, check=True)
    return found.stdout.split()[0]


def copies(outer: Outer) -> set[str]:
    """Return what has reached the outer terminal's clipboard."""
    found = re.findall(rb"\x1b\]52;\w*;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)", outer.seen)
    return {base64.b64decode(text).decode() for text in found}


def test_copying_reaches_the_outer_terminal_where_tmux_is_told_so(
    workspace: Workspace, tmp_path: Path
) -> None:
    with a_terminal(tmp_path, "tmux-256color") as outer:
        start(outer, workspace)
        for option, arrives in (
            ((), False),
            (("-s", "set-clipboard", "on"), True),
            (("-g", "allow-passthrough", "on"), True),
        ):
            if option:
                outer.tmux("set", "-s", "set-clipboard", "external")
                outer.tmux("set", *option)
            outer.seen = b""
            outer.press("y", "i")
            outer.until(lambda: "sent to your terminal" in outer.text(), "the copy")
            if arrives:
                outer.until(lambda: copies(outer), f"the text with {option}")
            assert bool(copies(outer)) == arrives, option
            assert "set-clipboard" in outer.text() or arrives or "says why" in outer.text()
            outer.press("q")
            outer.until(lambda: "sent to your terminal ─" not in outer.text(), "it is closed")


def test_signals_leave_the_terminal_as_it_was(workspace: Workspace, tmp_path: Path) -> None:
    with a_terminal(tmp_path, "tmux-256color") as outer:
        for name, code in (("TERM", 143), ("HUP", 129)):
            start(outer, workspace)
            assert outer.state().startswith(DRAWN)
            subprocess.run(["kill", f"-{name}", pid(outer)], check=True)
            outer.until(lambda code=code: f"ended with {code}" in outer.text(), f"end by {name}")
            assert outer.state() == CLEAN
            outer.type("clear")
            outer.until(lambda: "ended" not in outer.text(), "an empty pane")


def test_a_stopped_program_gives_the_terminal_back_and_goes_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    with a_terminal(tmp_path, "tmux-256color") as outer:
        start(outer, workspace)
        process = pid(outer)
        subprocess.run(["kill", "-TSTP", process], check=True)
        outer.until(lambda: outer.state() == CLEAN, "a terminal given back")
        outer.type("fg")
        outer.until(lambda: "[Cases]" in outer.text(), "the screen again")
        outer.until(lambda: outer.state().startswith(DRAWN), "the mouse again")
        outer.press("j")
        outer.press("C-q")
        outer.until(lambda: outer.state() == CLEAN, "the end")


@pytest.mark.parametrize(
    ("term", "colours"),
    [
        ("screen", "16"),
        *(
            pytest.param(*row, marks=pytest.mark.slow)
            for row in (("tmux-256color", "256"), ("xterm", "16"), ("linux", "16"))
        ),
    ],
)
def test_every_term_shows_the_same_text(
    workspace: Workspace, tmp_path: Path, term: str, colours: str
) -> None:
    with a_terminal(tmp_path, term) as outer:
        start(outer, workspace)
        outer.until(lambda: ">" in outer.text(), "a cursor")
        text = outer.text()
        styled = outer.tmux("capture-pane", "-p", "-e")
        used = {"256": "38;5;" in styled or "48;5;" in styled, "rgb": ";2;" in styled}
        assert used == {"256": colours == "256", "rgb": False}
        assert re.search(r"^> +\d+", text, re.MULTILINE)
        assert re.search(r"\b(CNT|ATR)\?", text)
        assert text.splitlines()[-1].endswith("? all")
        outer.press("C-q")
        outer.until(lambda: "ended with 0" in outer.text(), "the end")
        assert outer.state() == CLEAN
