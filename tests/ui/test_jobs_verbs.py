"""Jobs: cancel and kill, retry, hold, reorder, delete, marks, and the news of an end."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.errors import NotFound
from store.workspace import Workspace
from tests.ui.conftest import FACTS, HOST, NOW, add_jobs, let_live, make_app, settled
from tests.ui.jobs_pilot import (
    add_all_states,
    go_to,
    jobs_screen,
    line_of,
    order,
    press,
    quiet,
    said,
    table,
    text_of,
)
from workbench.app import WorkbenchApp
from workbench.modals.confirm import ConfirmOverlay
from workbench.session import Session
from workbench.settings import settings_path
from workbench.views.deep_link import DeepLink
from workbench.views.job import Progress

pytestmark = pytest.mark.usefixtures("quiet")
_ = quiet


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of this test alone."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = settings_path()
    path.parent.mkdir(parents=True)
    return path


class Ticking:
    """A clock that goes on when told."""

    now = NOW

    def __call__(self) -> float:
        return self.now


def state(workspace: Workspace, job_id: int) -> str:
    return workspace.jobs.get(job_id).state


async def looked(pilot: Pilot[None], app: WorkbenchApp) -> None:
    app.look()
    await settled(pilot)


async def test_cancelling_asks_and_enter_is_not_yes(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 5)
        await press(pilot, "X")
        assert isinstance(app.screen, ConfirmOverlay)
        await press(pilot, "enter")
        assert state(workspace, 5) == "queued"
        await press(pilot, "X", "y")
        assert state(workspace, 5) == "cancelled"
        assert said(pilot) == "Job 5 (evaluate) was cancelled: g j shows its log."


async def test_what_does_not_stop_in_ten_seconds_can_be_killed(workspace: Workspace) -> None:
    add_jobs(workspace)
    clock = Ticking()
    session = Session(workspace, clock=clock)
    app = WorkbenchApp(session, DeepLink("jobs"), host=HOST, terminal=FACTS, look_every_s=0)
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "X", "y")
        await looked(pilot, app)
        assert workspace.jobs.get(1).cancel_requested == 1
        assert "stopping" in line_of(pilot, 1)
        await press(pilot, "X")
        assert jobs_screen(pilot).is_current
        assert "if it has not after 10 s, X offers to kill it" in said(pilot)
        clock.now += 9
        await looked(pilot, app)
        assert "X again kills" not in said(pilot)
        clock.now += 2
        await looked(pilot, app)
        assert said(pilot) == "Job 1 did not stop within 10 s: X again kills it (SIGKILL)."
        assert "does not stop: X kills it" in text_of(pilot, "#log-title")
        await press(pilot, "X", "n")
        assert workspace.jobs.get(1).cancel_requested == 1
        await press(pilot, "X", "y")
        assert workspace.jobs.get(1).cancel_requested == 2
        await press(pilot, "R")
        assert said(pilot) == "Reloaded."  # it is told once


async def test_several_that_are_stopping_are_told_of_together(workspace: Workspace) -> None:
    add_jobs(workspace)
    let_live(workspace, 4)
    for job_id in (1, 4):
        workspace.jobs.request_cancel(job_id)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        for job_id in (1, 4):
            await go_to(pilot, job_id)
            await press(pilot, "space")
        await press(pilot, "X")
        assert said(pilot) == (
            "Jobs 1 and 4 were asked to stop; if they have not after 10 s, X offers to kill them."
        )


async def test_a_finished_job_cannot_be_cancelled(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 3)
        await press(pilot, "X")
        assert said(pilot) == "Only a job that runs or waits can be cancelled."


async def test_a_failed_and_a_lost_job_are_queued_again(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for job_id in (2, 4):
            await go_to(pilot, job_id)
            await press(pilot, "r")
            assert state(workspace, job_id) == "queued"
            assert said(pilot) == f"Job {job_id} is queued; it goes on where it stopped."
        await go_to(pilot, 3)
        await press(pilot, "r")
        assert said(pilot) == "Job 3 is done: there is nothing to retry."


async def test_h_holds_and_releases(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 5)
        await press(pilot, "P")
        assert workspace.jobs.get(5).held
        assert "waits for release" in line_of(pilot, 5)
        await press(pilot, "P")
        assert not workspace.jobs.get(5).held
        await go_to(pilot, 1)
        await press(pilot, "P")
        assert said(pilot) == "Only a job that waits in the queue can be held."


async def test_the_queue_is_reordered_and_the_cursor_goes_along(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 6)
        await press(pilot, "less_than_sign")
        assert order(pilot)[1:4] == ["6", "5", "7"]
        assert table(pilot).key == "6"
        await press(pilot, "less_than_sign")
        assert said(pilot) == "Job 6 is the first in the queue already."
        await press(pilot, "greater_than_sign", "greater_than_sign")
        assert order(pilot)[1:4] == ["5", "7", "6"]
        await go_to(pilot, 9)
        await press(pilot, "greater_than_sign")
        assert said(pilot) == "Job 9 is the last in the queue already."
        await go_to(pilot, 1)
        await press(pilot, "greater_than_sign")
        assert said(pilot) == "Only a job that waits in the queue can be moved."


async def test_deleting_asks_and_takes_the_record_and_the_log(workspace: Workspace) -> None:
    add_all_states(workspace)
    log = workspace.jobs_dir / "3.log"
    log.write_text("read\n", "utf-8")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 3)
        await press(pilot, "D", "n")
        assert state(workspace, 3) == "done"
        await press(pilot, "D", "y")
        with pytest.raises(NotFound):
            workspace.jobs.get(3)
        assert not log.exists()
        assert "3" not in order(pilot)
        await go_to(pilot, 2)
        await press(pilot, "D", "y")
        assert "needs it" in said(pilot)
        await go_to(pilot, 1)
        await press(pilot, "D")
        assert said(pilot) == "Only a job that has ended can be deleted; X cancels one."


async def test_marked_jobs_are_done_together_and_a_refusal_is_told(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 5)
        await press(pilot, "space")
        assert table(pilot).key == "6"
        await press(pilot, "space")
        assert "*5" in line_of(pilot, 5)
        assert "2 marked" in text_of(pilot, "#jobs-summary")
        await press(pilot, "P")
        assert workspace.jobs.get(5).held
        assert workspace.jobs.get(6).held
        assert said(pilot) == "Jobs 5 and 6 are held: P releases them."
        assert "*5" not in line_of(pilot, 5)
        await go_to(pilot, 2)
        await press(pilot, "space")
        await go_to(pilot, 3)
        await press(pilot, "space", "r")
        assert state(workspace, 2) == "queued"
        assert "Job 2 is queued" in said(pilot)
        assert "Job 3 is done" in said(pilot)


async def test_all_are_marked_and_escape_takes_the_marks_away(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "A")
        assert "10 marked" in text_of(pilot, "#jobs-summary")
        await press(pilot, "A")
        assert "marked" not in text_of(pilot, "#jobs-summary")
        await press(pilot, "A", "escape")
        assert "marked" not in text_of(pilot, "#jobs-summary")
        await press(pilot, "A", "X", "y")
        assert all(state(workspace, job_id) == "cancelled" for job_id in (5, 6, 7, 8, 9))
        assert workspace.jobs.get(1).cancel_requested == 1
        assert state(workspace, 3) == "done"


async def test_the_end_of_a_job_rings_only_where_that_is_wished(
    workspace: Workspace, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_jobs(workspace)
    for text, rings in (("", 0), ("[jobs]\nbell = true\n", 1)):
        config.write_text(text, "utf-8")
        app = make_app(workspace, "jobs")
        heard: list[int] = []
        monkeypatch.setattr(app, "bell", partial(heard.append, 1))
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            workspace.jobs.finish(
                workspace.jobs.add("label", {"run_id": 1}).id, "failed", error="x"
            )
            await looked(pilot, app)
            await looked(pilot, app)
            assert len(heard) == rings
            assert "(label) failed: g j shows its log." in said(pilot)


async def test_settings_that_cannot_be_read_are_told_once(
    workspace: Workspace, config: Path
) -> None:
    config.write_text("[jobs]\nbell = 3\n", "utf-8")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "jobs.bell has to be true or false" in said(pilot)
        jobs_screen(pilot).say("")
        await looked(pilot, app)
        assert said(pilot) == ""


async def test_several_ends_are_one_sentence_and_one_that_ends_again_is_told_again(
    workspace: Workspace,
) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        workspace.jobs.finish(5, "done")
        workspace.jobs.requeue(2)
        workspace.jobs.finish(4, "cancelled")
        await looked(pilot, app)
        assert said(pilot) == "Job 5 (evaluate) is done."  # 4 was lost and no news
        workspace.jobs.finish(2, "failed", error="again")
        workspace.jobs.finish(1, "done")
        await looked(pilot, app)
        assert said(pilot) == "2 jobs ended (1 done, 2 failed): g j shows them."


async def test_the_end_of_an_old_job_is_news_however_many_came_after(workspace: Workspace) -> None:
    add_jobs(workspace)
    for _ in range(60):
        workspace.jobs.finish(workspace.jobs.add("label", {"run_id": 1}).id, "done")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        workspace.jobs.finish(5, "failed", error="x")
        await looked(pilot, app)
        assert said(pilot) == "Job 5 (evaluate) failed: g j shows its log."


def test_time_left_needs_a_rate_and_a_total() -> None:
    job = Progress(1, "evaluate", "running", "", 250, 1000, per_s=10.0)
    assert job.left_s == pytest.approx(75.0)
    assert Progress(1, "evaluate", "running", "", 250, 0, per_s=10.0).left_s is None
    assert Progress(1, "evaluate", "running", "", 250, 1000).left_s is None
