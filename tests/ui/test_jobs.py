"""Jobs: the table, the log, cancelling and retrying."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.conftest import add_jobs, make_app, settled
from workbench.modals.confirm import ConfirmOverlay
from workbench.modals.details import DetailsOverlay
from workbench.session.rates import RateMeter
from workbench.views.job import Progress
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.status_line import StatusLine
from workbench.widgets.text_line import TextLine
from workbench.workers import queue


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued and stay queued; nothing is killed."""
    monkeypatch.setattr(queue, "start_worker", lambda workspace, device: None)
    monkeypatch.setattr(queue, "alive", lambda who: True)
    monkeypatch.setattr(queue.os, "killpg", lambda group, number: None)


def table(pilot: Pilot[None]) -> LineList:
    return pilot.app.screen.query_one("#jobs", LineList)


def log_text(pilot: Pilot[None]) -> str:
    return "\n".join(line.text for line in pilot.app.screen.query_one(LogPane).lines)


def said(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(StatusLine).sentence


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
def test_jobs_look_the_same(
    snap_compare: Callable[..., bool], workspace: Workspace, size: tuple[int, int]
) -> None:
    add_jobs(workspace)

    async def to_the_running_one(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("G")
        await settled(pilot)

    app = make_app(workspace, "jobs")
    assert snap_compare(app, terminal_size=size, run_before=to_the_running_one)


async def test_no_jobs_says_how_to_get_one(workspace: Workspace) -> None:
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("X", "r", "d", "enter", "J", "K", "F")
        await settled(pilot)
        assert "+ evaluates a model" in log_text(pilot)


async def test_the_log_of_the_marked_job_is_shown(workspace: Workspace) -> None:
    add_jobs(workspace)
    (workspace.jobs_dir / "2.log").write_bytes(b"ok\n\x1b[2Jcleared? \xff\n")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert log_text(pilot).strip() == "no log yet"
        await pilot.press("G")
        await settled(pilot)
        assert "out of GPU memory at 256; now 128" in log_text(pilot)
        await pilot.press("k")
        await settled(pilot)
        assert "\x1b" not in log_text(pilot)
        assert "\ufffdcleared? \ufffd" in log_text(pilot)


async def test_the_cursor_stays_on_its_job_when_others_come(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("j", "j")
        assert table(pilot).key == "3"
        workspace.jobs.add("evaluate", {"dataset_id": 1, "model": "blip:new"})
        app.look()
        await settled(pilot)
        assert table(pilot).lines[0].key == "6"
        assert table(pilot).key == "3"


async def test_cancelling_asks_and_enter_is_not_yes(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("X")
        await settled(pilot)
        assert isinstance(app.screen, ConfirmOverlay)
        await pilot.press("enter")
        await settled(pilot)
        assert workspace.jobs.get(5).state == "queued"
        await pilot.press("X")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert workspace.jobs.get(5).state == "cancelled"


async def test_a_finished_job_cannot_be_cancelled(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("j", "j", "X")
        await settled(pilot)
        assert said(pilot) == "Only a job that runs or waits can be cancelled."


async def test_a_failed_job_is_queued_again(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("G", "k", "r")
        await settled(pilot)
        assert workspace.jobs.get(2).state == "queued"
        await pilot.press("k", "r")
        await settled(pilot)
        assert said(pilot) == "Job 3 is done: there is nothing to retry."


async def test_details_show_the_error_in_full(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("G", "k", "d")
        await settled(pilot)
        assert isinstance(app.screen, DetailsOverlay)
        shown = "\n".join(line.text for line in app.screen.query_one(LineList).lines)
        assert "The weights are not on this machine." in shown
        assert "open_clip:ViT-L-14/x" in shown


async def test_why_a_job_failed_is_shown_in_full(workspace: Workspace) -> None:
    add_jobs(workspace)
    folder = "/data/" + "a-long-name/" * 7
    workspace.jobs.requeue(2)
    workspace.jobs.finish(2, "failed", error=f"{folder}captions.json: line 7 is no caption.")
    (workspace.jobs_dir / "2.log").write_text("12:00:01 reading\n", "utf-8")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("G", "k")
        await settled(pilot)
        title = app.screen.query_one("#log-title", TextLine).line.text
        assert "is no caption." in title
        rows = log_text(pilot).splitlines()
        assert all(len(row) <= 80 for row in rows)
        assert f"{folder}captions.json:line7isnocaption." in log_text(pilot).replace(
            "\n", ""
        ).replace(" ", "")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, DetailsOverlay)
        shown = " ".join(line.text for line in app.screen.query_one(LineList).lines)
        assert "line 7 is no caption." in " ".join(shown.split())
        assert "12:00:01 reading" in shown


async def test_a_job_that_was_asked_to_stop_is_stopping(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        workspace.jobs.request_cancel(1)
        await pilot.press("R")
        await settled(pilot)
        assert "stopping" in table(pilot).lines[-1].text
        assert "1 stopping" in app.screen.query_one("#jobs-summary", TextLine).line.text


async def test_the_remark_of_a_finished_job_is_its_result(workspace: Workspace) -> None:
    add_jobs(workspace)
    workspace.jobs.progress(3, 1, 2, "checking images")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(160, 24)) as pilot:
        await settled(pilot)
        done = next(line for line in table(pilot).lines if line.key == "3")
        assert "1 data set, 1 problem" in done.text
        assert "checking" not in done.text


async def test_scrolling_up_stops_following(workspace: Workspace) -> None:
    add_jobs(workspace)
    log = workspace.jobs_dir / "1.log"
    log.write_text("".join(f"line {n}\n" for n in range(200)), "utf-8")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("G")
        await settled(pilot)
        pane = app.screen.query_one(LogPane)
        assert pane.follow
        bottom = pane.scroll_offset.y
        await pilot.press("K")
        assert (pane.follow, pane.scroll_offset.y) == (False, bottom - 3)
        await pilot.press("J")
        assert (pane.follow, pane.scroll_offset.y) == (True, bottom)


def test_a_rate_is_measured_by_stage_and_not_before_it_has_settled() -> None:
    now = 0.0
    meter = RateMeter(lambda: now)

    def rate(done: int, stage: str = "embedding images") -> float | None:
        return meter.rate(Progress(1, "evaluate", "running", stage, done, 1000))

    assert rate(100) is None
    now = 9.0
    assert rate(190) is None
    now = 20.0
    assert rate(300) == pytest.approx(10.0)
    assert rate(0, "embedding captions") is None
    now = 40.0
    assert rate(600, "embedding captions") == pytest.approx(30.0)


def test_time_left_needs_a_rate_and_a_total() -> None:
    job = Progress(1, "evaluate", "running", "", 250, 1000, per_s=10.0)
    assert job.left_s == pytest.approx(75.0)
    assert Progress(1, "evaluate", "running", "", 250, 0, per_s=10.0).left_s is None
