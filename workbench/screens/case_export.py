"""Asking what to write of a list of cases, and writing it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from store.records.case import CaseCounts
from workbench.modals.export import ExportChoice, ExportDialog
from workbench.presenters.text import plain
from workbench.screens.case_source import CaseSource
from workbench.screens.reading import SessionScreen

if TYPE_CHECKING:
    from workbench.jobs.export_file import ExportResult

BY_JOB = 50_000
"""More rows than this are written by a job, which goes on when the terminal ends."""


def ask_export(screen: SessionScreen, source: CaseSource, marked: Sequence[int] = ()) -> None:
    """Show the dialog, then write in a thread; the status line says what became of it."""

    def show(counts: CaseCounts) -> None:
        dialog = ExportDialog(
            screen.session,
            source.view,
            source.run,
            counts=counts,
            total=source.total,
            marked=marked,
        )
        screen.app.push_screen(dialog, lambda choice: _write(screen, choice))

    screen.fetch_to_open(source.counts, show)


def _write(screen: SessionScreen, choice: ExportChoice | None) -> None:
    if choice is None:
        return
    cases = screen.session.cases
    if choice.what == "cases" and choice.most > BY_JOB:
        start = partial(
            screen.session.jobs.start_export,
            cases.request(choice.view, choice.what, choice.groups),
            choice.path,
            choice.format,
            spreadsheet_safe=choice.spreadsheet_safe,
        )
        screen.commit(start, lambda job: screen.say(f"Job {job.id} writes it.", "good"))
        return

    def write() -> ExportResult:
        if choice.path.parent == cases.exports_dir:
            with suppress(OSError):
                choice.path.parent.mkdir(exist_ok=True)
        return cases.export(
            choice.view,
            choice.path,
            format=choice.format,
            spreadsheet_safe=choice.spreadsheet_safe,
            what=choice.what,
            groups=choice.groups,
        )

    screen.say(f"Writing {plain(str(choice.path))} ..", "busy")
    screen.fetch(write, lambda done: say_written(screen, done), group="export")


def say_written(screen: SessionScreen, done: ExportResult) -> None:
    """Say what was written where."""
    screen.say(f"Wrote {done.rows:,} rows to {plain(str(done.path))}", "good")
