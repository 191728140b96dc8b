"""Ctrl+Z and `fg` under a real shell, which has its terminal back in between."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from store.workspace import Workspace
from tests.ui.test_terminal import LEAVE_ALTERNATE_SCREEN, Terminal

SHELL = """
import fcntl, os, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
"""
ENTER_ALTERNATE_SCREEN = b"\x1b[?1049h"


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_screen_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    terminal = Terminal("-c", SHELL, PS1="PROMPT", XDG_CACHE_HOME=str(tmp_path))
    where = ("--workspace", str(workspace.path), "--images", "none")
    command = shlex.join([sys.executable, "-m", "workbench", *where, "case", "18", "--run", "1"])
    try:
        terminal.read_until(b"PROMPT")
        os.write(terminal.main, command.encode() + b"\r")
        terminal.read_until(b"number 17.")
        terminal.read_until_quiet()
        os.write(terminal.main, b"\x1a")
        assert LEAVE_ALTERNATE_SCREEN in terminal.read_until(b"Stopped")
        terminal.read_until_quiet(0.2)
        os.write(terminal.main, b"stty -a\r")
        assert b" icanon" in terminal.read_until(b"PROMPT")
        os.write(terminal.main, b"fg\r")
        assert ENTER_ALTERNATE_SCREEN in terminal.read_until(b"number 17.")
        os.write(terminal.main, b"\x11")
        terminal.read_until(LEAVE_ALTERNATE_SCREEN)
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)
