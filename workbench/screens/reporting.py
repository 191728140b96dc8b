"""Asking under which name a report of runs is written, and having it written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.modals.file_name import FileNameDialog
from workbench.presenters.text import plain
from workbench.session import SessionError
from workbench.session.report_file import ENDINGS, report_command, report_path, write_report

if TYPE_CHECKING:
    from workbench.screens.frame import WorkbenchScreen


def ask_report(screen: WorkbenchScreen, run_ids: Sequence[int]) -> None:
    """Ask for a name and write the report beside the face; the status line says where it is."""
    session = screen.session
    shown = " and ".join(map(str, run_ids))
    title = (
        f"Write a report of run {shown}: .html is one page to send, .md has its pictures beside it"
    )

    def write(path: Path | None) -> None:
        if path is not None:
            screen.say(f"Writing {plain(str(path))} ..", "busy")
            screen.app.run_worker(_written(screen, run_ids, path), group="report")

    dialog = FileNameDialog(
        title,
        report_path(session, run_ids),
        endings=ENDINGS,
        command=partial(report_command, session, run_ids),
    )
    screen.app.push_screen(dialog, write)


async def _written(screen: WorkbenchScreen, run_ids: Sequence[int], path: Path) -> None:
    try:
        await write_report(screen.session, run_ids, path)
    except SessionError as error:
        screen.shell.tell(str(error), "bad")
    else:
        screen.shell.tell(f"Wrote {plain(str(path))}", "good")
