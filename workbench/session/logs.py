"""The end of a job's log, however long the log is."""

from __future__ import annotations

import os
from pathlib import Path

from workbench.presenters.log import indented
from workbench.views.job import LogTail

TAIL_BYTES, TAIL_LINES = 256 * 1024, 500
"""What the screen shows of a log."""

FULL_BYTES, FULL_LINES = 1024 * 1024, 5000
"""What the pager shows of a log: one that is longer is for an editor."""


def read_tail(path: Path, most_bytes: int = TAIL_BYTES, most_lines: int = TAIL_LINES) -> LogTail:
    """Return the last lines of a file, each safe to print; nothing if it does not exist."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most_bytes))
            text = file.read(most_bytes).decode("utf-8", "replace")
    except FileNotFoundError:
        return LogTail()
    lines = text.split("\n")
    if size > most_bytes:
        del lines[0]  # the rest of a line whose beginning was not read
    if lines and not lines[-1]:
        lines.pop()
    whole = size <= most_bytes and len(lines) <= most_lines
    shown = tuple(indented(line) for line in lines[-most_lines:]) if most_lines else ()
    return LogTail(shown, size, whole)
