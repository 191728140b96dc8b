"""Writing what a screen lists to a file among the exports, named after it and the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.screens.case_export import say_written
from workbench.screens.reading import SessionScreen

if TYPE_CHECKING:
    from workbench.jobs.export_file import ExportResult


def write_list(screen: SessionScreen, name: str, write: Callable[[Path], ExportResult]) -> None:
    """Write in a thread to NAME-TIME.csv; the status line says what became of it."""
    stamp = datetime.fromtimestamp(screen.session.clock()).astimezone()
    path = screen.session.cases.exports_dir / f"{name}-{stamp:%Y%m%d-%H%M%S}.csv"
    screen.fetch(partial(write, path), partial(say_written, screen), group="export")
