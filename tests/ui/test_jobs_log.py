"""Jobs: the end of the log, its errors, and the whole of it on the whole screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import until
from tests.ui.conftest import add_jobs, make_app, settled
from tests.ui.jobs_pilot import go_to, jobs_screen, log_pane, log_text, press, quiet, said, text_of
from workbench.modals.confirm import ConfirmOverlay
from workbench.modals.job_details import JobDetails
from workbench.modals.log_pager import LogPager
from workbench.presenters.log import indented, is_trouble
from workbench.session.logs import TAIL_BYTES, read_tail
from workbench.widgets.log_pane import LogPane
from workbench.widgets.text_line import TextLine

pytestmark = pytest.mark.usefixtures("quiet")
_ = quiet


def write_log(workspace: Workspace, job_id: int, text: str) -> None:
    (workspace.jobs_dir / f"{job_id}.log").write_text(text, "utf-8")


def pager_title(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app.screen, LogPager)
    return pilot.app.screen.query_one("#pager-title", TextLine).line.text


def pager_pane(pilot: Pilot[None]) -> LogPane:
    return pilot.app.screen.query_one(LogPane)


def found(pane: LogPane) -> str:
    return next(line.text for line in pane.lines if line.text.startswith(">"))


TRACEBACK = (
    "12:00:01 embedding\n12:00:02 warning: out of GPU memory at 256\n"
    + "".join(f"line {n}\n" for n in range(60))
    + 'Traceback (most recent call last):\n  File "x.py", line 3\n    f()\n'
    + "ValueError: \x1b[31mbad\n"
)


async def test_the_log_of_the_marked_job_is_shown(workspace: Workspace) -> None:
    add_jobs(workspace)
    (workspace.jobs_dir / "2.log").write_bytes(b"ok\n  \x1b[2Jcleared? \xff\n")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "out of GPU memory at 256; now 128" in log_text(pilot)
        await go_to(pilot, 5)
        assert log_text(pilot).strip() == "no log yet"
        await go_to(pilot, 4)
        assert log_text(pilot).strip() == "this job wrote no log"
        await go_to(pilot, 2)
        assert "\x1b" not in log_text(pilot)
        assert "   \ufffdcleared? \ufffd" in log_text(pilot)


async def test_scrolling_up_stops_following(workspace: Workspace) -> None:
    add_jobs(workspace)
    write_log(workspace, 1, "".join(f"line {n}\n" for n in range(200)))
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        pane = log_pane(pilot)
        assert pane.follow
        bottom = pane.scroll_offset.y
        await press(pilot, "K")
        assert (pane.follow, pane.scroll_offset.y) == (False, bottom - 3)
        assert "F follow off" in text_of(pilot, "#log-title")
        await press(pilot, "J")
        assert (pane.follow, pane.scroll_offset.y) == (True, bottom)
        await press(pilot, "F")
        assert not pane.follow


async def test_following_goes_along_with_what_is_written(workspace: Workspace) -> None:
    add_jobs(workspace)
    write_log(workspace, 1, "".join(f"line {n}\n" for n in range(50)))
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = log_pane(pilot).scroll_offset.y
        write_log(workspace, 1, "".join(f"line {n}\n" for n in range(55)))
        await press(pilot, "R")
        assert log_pane(pilot).scroll_offset.y == before + 5


async def test_e_goes_from_error_to_error_and_begins_again(workspace: Workspace) -> None:
    add_jobs(workspace)
    write_log(workspace, 1, TRACEBACK)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "E")
        pane = log_pane(pilot)
        assert not pane.follow
        assert "Traceback" in found(pane)
        assert "2 of 3" in said(pilot)
        await press(pilot, "E")
        assert "ValueError" in found(pane)
        assert "3 of 3" in said(pilot)
        await press(pilot, "E")
        assert "out of GPU memory" in found(pane)
        assert "1 of 3" in said(pilot)
        assert pane.scroll_offset.y <= 1
        assert not pane.follow
        await press(pilot, "R")
        assert "out of GPU memory" in found(pane)
        await go_to(pilot, 5)
        await press(pilot, "E")
        assert "There is no error or warning" in said(pilot)


async def test_enter_opens_the_log_on_the_whole_screen(workspace: Workspace) -> None:
    add_jobs(workspace)
    write_log(workspace, 1, TRACEBACK)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "enter")
        assert "1 log, 618 bytes" in pager_title(pilot)
        assert "follow on" in pager_title(pilot)
        pane = pager_pane(pilot)
        await press(pilot, "home")
        assert pane.scroll_offset.y == 0
        assert not pane.follow
        await press(pilot, "j", "pagedown")
        assert pane.scroll_offset.y > 10
        await press(pilot, "home", "E", "E")
        assert "Traceback" in found(pane)
        assert "error 2 of 3" in pager_title(pilot)
        await press(pilot, "G")
        assert pane.follow
        await press(pilot, "q")
        assert jobs_screen(pilot).is_current


async def test_the_log_is_searched(workspace: Workspace) -> None:
    add_jobs(workspace)
    write_log(workspace, 1, TRACEBACK)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "enter", "home", "n")
        assert "/ searches first" in pager_title(pilot)
        await press(pilot, "slash", *"LINE", "space", *"1", "enter")
        assert "line 1: 1 of 11" in pager_title(pilot)
        await press(pilot, "n")
        assert found(pager_pane(pilot)).strip("> ") == "line 10"
        await press(pilot, "N", "N")
        assert "line 1: 11 of 11" in pager_title(pilot)
        await press(pilot, "slash", "ctrl+u", *"qqq", "enter")
        assert "qqq: not here" in pager_title(pilot)
        await press(pilot, "slash", "escape")
        assert isinstance(app.screen, LogPager)
        await press(pilot, "escape")
        assert jobs_screen(pilot).is_current


async def test_the_whole_log_goes_on_while_the_job_runs(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "enter")
        pager = app.screen
        assert isinstance(pager, LogPager)
        write_log(workspace, 1, "and more\n")
        pager._look_if_live()
        await settled(pilot)
        assert "and more" in pager_pane(pilot).lines[0].text
        await press(pilot, "q")
        await go_to(pilot, 2)
        await press(pilot, "enter")
        write_log(workspace, 2, "too late\n")
        app.screen._look_if_live()
        await settled(pilot)
        assert "too late" not in pager_pane(pilot).lines[0].text


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    log.write_text("".join(f"line {n:07d} {'x' * 80}\n" for n in range(10_000)), "utf-8")
    tail = read_tail(log)
    assert len(tail.lines) == 500
    assert tail.lines[-1].startswith("line 0009999")
    assert not tail.whole
    assert tail.size_bytes == log.stat().st_size
    few = read_tail(log, most_bytes=1000, most_lines=500)
    assert 5 < len(few.lines) < 12
    assert all(line.startswith("line") for line in few.lines)
    assert read_tail(tmp_path / "none.log").lines == ()
    (tmp_path / "short.log").write_text("a\nb", "utf-8")
    assert read_tail(tmp_path / "short.log").lines == ("a", "b")
    assert read_tail(tmp_path / "short.log").whole
    assert log.stat().st_size > TAIL_BYTES


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("  \tindented", "    indented"),
        ("\x1b]0;title\x07x", "\ufffdx"),
        ("10%\r50%\r100%", "100%"),
        ("   ", ""),
        ("\u202edlrow", "\ufffddlrow"),
    ],
)
def test_a_line_of_a_log_is_harmless_and_keeps_its_indentation(raw: str, shown: str) -> None:
    assert indented(raw) == shown


def test_trouble_is_told_from_what_is_not() -> None:
    assert is_trouble("ValueError: x")
    assert is_trouble("UserWarning: y")
    assert is_trouble("12:00 out of GPU memory at 256")
    assert not is_trouble("12:00 3,100 of 5,000   66 captions/s")
    assert not is_trouble("12:00 terrorise")


@pytest.mark.parametrize(("key", "overlay"), [("d", JobDetails), ("X", ConfirmOverlay)])
async def test_a_verb_of_the_job_works_in_its_whole_log(
    workspace: Workspace, key: str, overlay: type
) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 1)
        await press(pilot, "enter", key)
        await settled(pilot)
        assert isinstance(app.screen, overlay)


async def test_a_log_that_cannot_be_read_says_so_in_its_title(workspace: Workspace) -> None:
    add_jobs(workspace)
    path = workspace.jobs_dir / "1.log"
    path.unlink()
    path.mkdir()
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "enter")
        assert "1 log: " in pager_title(pilot)
        assert "Is a directory" in pager_title(pilot)
        path.rmdir()
        path.write_text("here again\n", "utf-8")
        await until(pilot, lambda: "1 log, 11 bytes" in pager_title(pilot), "it is read again")
