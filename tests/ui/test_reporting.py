"""A report of the runs that are shown, written from the terminal."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.workspace import Workspace
from tests.ui.cases_pilot import press, said, text_of, until
from tests.ui.conftest import make_app
from workbench.modals.file_name import FileNameDialog
from workbench.session import SessionError, open_session
from workbench.session.report_file import report_command, write_report


async def asked(pilot: Pilot[None]) -> Input:
    """Ask for a report; return the field with the proposed name."""
    await press(pilot, "g", "r")
    await until(pilot, lambda: isinstance(pilot.app.screen, FileNameDialog), "a name is asked for")
    await until(pilot, lambda: "From the shell" in text_of(pilot), "the command is shown")
    return pilot.app.screen.query_one(Input)


async def test_compare_reports_both_runs_and_says_where(
    workspace: Workspace, tmp_path: Path
) -> None:
    target = tmp_path / "two runs.html"
    async with make_app(workspace, "compare").run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "R@1" in text_of(pilot), "two runs are compared")
        field = await asked(pilot)
        assert "report-runs-1-2-20260112-120431.html" in field.value
        field.value = str(target)
        await until(pilot, lambda: "two runs.html" in text_of(pilot), "the command follows")
        await press(pilot, "enter")
        await until(pilot, lambda: said(pilot).startswith("Wrote"), "it is written", 60)
    page = target.read_text("utf-8")
    assert "Paired comparisons" in page
    command = report_command(open_session(workspace.path), (1, 2), target)
    assert shlex.split(command)[-5:] == ["report", "1", "2", "--out", str(target)]


async def test_cases_reports_its_run_under_a_name_that_can_be_written(
    workspace: Workspace, tmp_path: Path
) -> None:
    async with make_app(workspace, "cases").run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: pilot.app.screen.query("CaseList"), "Cases is open")
        field = await asked(pilot)
        assert "report-run-" in field.value
        field.value = str(tmp_path / "report.pdf")
        await press(pilot, "enter")
        await until(pilot, lambda: ".html or .md" in text_of(pilot), "another ending is refused")
        await press(pilot, "escape")
    assert not (tmp_path / "report.pdf").exists()


async def test_without_a_run_there_is_no_report(tmp_path: Path) -> None:
    with Workspace(tmp_path / "empty") as empty:
        async with make_app(empty, "home").run_test(size=(80, 24)) as pilot:
            await press(pilot, "g", "r")
            await until(pilot, lambda: "No run yet" in said(pilot), "that is said")


def test_why_a_report_cannot_be_written_is_one_sentence(
    workspace: Workspace, tmp_path: Path
) -> None:
    session = open_session(workspace.path)
    with pytest.raises(SessionError, match=r"^No report: .*does not exist") as told:
        asyncio.run(write_report(session, (1,), tmp_path / "none" / "report.html"))
    assert "\n" not in str(told.value)
    session.close()
