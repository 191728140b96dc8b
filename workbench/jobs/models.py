"""Checking a model specification without importing a model library into this process."""

from __future__ import annotations

import subprocess
import sys


def check_model(spec: str) -> str | None:
    """Return why a model cannot be loaded on this machine, or None if it can.

    Runs a child interpreter, since model libraries take seconds and hundreds of megabytes.
    """
    child = subprocess.run(
        [sys.executable, "-m", "workbench", "models", "--check", spec],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode == 0:
        return None
    lines = child.stderr.strip().splitlines() or ["The model could not be checked."]
    return lines[-1].removeprefix("Error: ")
