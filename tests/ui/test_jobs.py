"""Jobs: the devices, the table in its order, details, what a session may see and not change."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.conftest import add_jobs, make_app, settled
from tests.ui.jobs_pilot import (
    add_all_states,
    go_to,
    jobs_screen,
    line_of,
    log_text,
    order,
    press,
    quiet,
    said,
    table,
    text_of,
)
from workbench.modals.job_details import JobDetails
from workbench.session import devices
from workbench.views.devices import DevicesView
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.text_block import TextBlock
from workbench.widgets.text_line import TextLine
from workbench.workers.gpus import Gpu, Holder

pytestmark = pytest.mark.usefixtures("quiet")
_ = quiet


def shown_details(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app.screen, JobDetails)
    return "\n".join(line.text for line in pilot.app.screen.query_one(LineList).lines)


def devices_text(pilot: Pilot[None]) -> list[str]:
    return [line.text for line in jobs_screen(pilot).query_one("#devices", TextBlock).lines]


async def test_no_jobs_says_how_to_get_one(workspace: Workspace) -> None:
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        keys = ("X", "r", "d", "enter", "J", "K", "F", "E", "P", "D", "space", "A", "escape")
        await press(pilot, *keys, "less_than_sign", "greater_than_sign")
        assert "+ evaluates a model" in log_text(pilot)
        assert "no jobs yet" in text_of(pilot, "#jobs-summary")


async def test_what_runs_comes_first_then_the_queue_then_the_newest_end(
    workspace: Workspace,
) -> None:
    add_all_states(workspace)
    workspace.jobs.move(6, -1)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert order(pilot) == ["1", "6", "5", "7", "8", "9", "4", "3", "2", "10"]
        assert table(pilot).key == "1"


async def test_states_are_words(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for job_id, words in {
            **{1: "running", 4: "lost", 5: "queued", 6: "waits for release"},
            **{7: "waits for a GPU", 8: "waits for 5", 9: "needs 2 (failed)", 10: "cancelled"},
        }.items():
            assert words in line_of(pilot, job_id)
        counts = text_of(pilot, "#jobs-summary")
        assert "10 jobs" in counts
        assert "4 waiting" in counts
        assert "1 lost" in counts


async def test_rate_and_time_left_are_what_the_job_measured(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        assert "66/s" in line_of(pilot, 1)
        assert "0:06" in line_of(pilot, 1)
        workspace.jobs.progress(1, 10, 1000, "embedding captions")
        app.look()
        await settled(pilot)
        assert "/s" not in line_of(pilot, 1)
        assert "--" in line_of(pilot, 1)


async def test_nothing_is_cut_without_dots(workspace: Workspace) -> None:
    add_all_states(workspace)
    for size in ((60, 16), (80, 24), (100, 30), (160, 45), (200, 50)):
        async with make_app(workspace, "jobs").run_test(size=size) as pilot:
            await settled(pilot)
            screen = jobs_screen(pilot)
            assert screen.max_scroll_y == 0
            lines = [*table(pilot).lines, *screen.query_one("#devices", TextBlock).lines]
            assert all(len(line.text) <= size[0] for line in lines)
            for name in ("#jobs-summary", "#jobs-header", "#log-title", "#job-code"):
                assert len(text_of(pilot, name)) <= size[0], name


async def test_the_cursor_stays_on_its_job_when_others_come_and_it_moves(
    workspace: Workspace,
) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "j")
        assert table(pilot).key == "5"
        workspace.jobs.add("evaluate", {"dataset_id": 1, "model": "blip:new"})
        app.look()
        await settled(pilot)
        assert order(pilot)[:3] == ["1", "5", "6"]
        workspace.jobs.finish(5, "done")
        app.look()
        await settled(pilot)
        assert order(pilot)[:3] == ["1", "6", "5"]
        assert table(pilot).key == "5"


async def test_unfinished_jobs_are_shown_however_many_came_after(workspace: Workspace) -> None:
    add_jobs(workspace)
    for _ in range(220):
        workspace.jobs.finish(workspace.jobs.add("label", {"run_id": 1}).id, "done")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert order(pilot)[:2] == ["1", "5"]


async def test_details_show_what_was_frozen_and_where_it_is_from(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(120, 60)) as pilot:
        await settled(pilot)
        await go_to(pilot, 8)
        assert "commit 4f2c1ab + 1 changed file" in text_of(pilot, "#job-code")
        await press(pilot, "d")
        shown = " ".join(shown_details(pilot).split())
        for text in (
            "state waits for 5",
            "needs job 5",
            "study zero-shot",
            "dataset_id the dataset_id of job 5",
            "options.beams 3",
            "commit 4f2c1ab99887766554433221100aabbccddeeff0",
            "torch 2.14.1",
            "OMP_NUM_THREADS 2",
            "changed files 1, v shows the diff: caption.py",
        ):
            assert text in shown
        assert "since then /nowhere/project is not under git any more" in shown
        assert "v diff" in app.screen.query_one("#text-keys", TextLine).line.text
        await press(pilot, "v")
        diff = app.screen.query_one(LineList).lines
        tones = {line.text.strip(): line.spans[0].tone for line in diff}
        assert tones["-    return 1"] == "bad"
        assert tones["+    return \ufffd2"] == "good"
        assert "\x1b" not in shown_details(pilot)
        await press(pilot, "v")
        assert "waits for 5" in shown_details(pilot)
        await press(pilot, "q", "d", "q")
        assert jobs_screen(pilot).is_current


async def test_details_name_who_needs_the_job_and_the_command_that_repeats_it(
    workspace: Workspace,
) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(120, 60)) as pilot:
        await settled(pilot)
        await go_to(pilot, 5)
        await press(pilot, "d")
        shown = shown_details(pilot)
        assert "job 8 (queued)" in shown
        command = " ".join(shown.replace("\\\n", " ").split())
        assert "evaluate --dataset flickr8/test --model blip:large" in command
        await press(pilot, "v")
        assert "blip:large" in shown_details(pilot)  # there is no diff to show


async def test_why_a_job_failed_is_shown_in_full(workspace: Workspace) -> None:
    add_jobs(workspace)
    folder = "/data/" + "a-long-name/" * 7
    workspace.jobs.requeue(2)
    workspace.jobs.finish(2, "failed", error=f"{folder}captions.json: line 7 is no caption.")
    (workspace.jobs_dir / "2.log").write_text("12:00:01 reading\n", "utf-8")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        await go_to(pilot, 2)
        assert "is no caption." in text_of(pilot, "#log-title")
        rows = log_text(pilot).splitlines()
        assert all(len(row) <= 80 for row in rows)
        joined = log_text(pilot).replace("\n", "").replace(" ", "")
        assert f"{folder}captions.json:line7isnocaption." in joined
        await press(pilot, "d")
        shown = " ".join(shown_details(pilot).split())
        assert "line 7 is no caption." in shown
        assert "r retries it" in shown
        assert "12:00:01 reading" in shown


async def test_the_wide_screen_shows_the_facts_beside_the_log(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot)
        await go_to(pilot, 8)
        facts = jobs_screen(pilot).query_one("#job-facts", LogPane)
        assert facts.display
        assert "zero-shot" in "\n".join(line.text for line in facts.lines)
        await go_to(pilot, 7)
        assert "blip:Org/blip-itm" in "\n".join(line.text for line in facts.lines)


async def test_the_log_of_a_clustering_names_the_key_of_clusters(workspace: Workspace) -> None:
    add_jobs(workspace)
    job = workspace.jobs.add("cluster", {"run_id": 1, "direction": "t2i"})
    workspace.jobs.finish(job.id, "done", result={"run_id": 1})
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, job.id)
        assert "g k shows the clusters" in text_of(pilot, "#job-code")


async def test_g_c_opens_the_run_that_the_job_made(workspace: Workspace) -> None:
    add_jobs(workspace)
    workspace.jobs.finish(3, "done", result={"run_id": 1})
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 3)
        assert "g c opens the failures of run 1" in text_of(pilot, "#job-code")
        await press(pilot, "g", "c")
        assert app.current_mode == "cases"
        assert app.trail.place.view is not None
        assert app.trail.place.view.run_id == 1  # not the newest


async def test_without_a_gpu_the_processor_is_named(workspace: Workspace) -> None:
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert devices_text(pilot) == [" no GPU: processor, 2 cores    no worker at work"]


async def test_every_gpu_is_shown_with_who_holds_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [
        Gpu(0, "a", "NVIDIA H100", 80 << 30, 9 << 30, 0.97, (Holder(7, "mh\x1b[2J", 71 << 30),)),
        Gpu(1, "b", "NVIDIA H100", 80 << 30, 80 << 30, 0.0),
    ]
    looks = []
    monkeypatch.setattr(devices, "gpus", lambda: looks.append(1) or seen)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        (line,) = devices_text(pilot)
        assert "GPU0 mh\ufffd 71.0/80G 97%" in line
        assert "GPU1 free 0.0/80G 0%" in line
        await press(pilot, "R", "R", "R")
        assert len(looks) == 1  # the driver is not asked again within three seconds
        await pilot.resize_terminal(160, 40)
        await settled(pilot)
        assert len(devices_text(pilot)) == 3
        assert "71.0 of 80 GiB" in devices_text(pilot)[0]
        assert jobs_screen(pilot).query_one("#devices", TextBlock).size.height == 3


async def test_a_readonly_session_sees_everything_and_changes_nothing(
    workspace: Workspace,
) -> None:
    add_all_states(workspace)
    before = [job.id for job in workspace.jobs.unfinished()]
    app = make_app(workspace, "jobs", readonly=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert len(order(pilot)) == 10
        for job_id, keys in {
            1: ("X",),
            5: ("X", "P", "less_than_sign", "greater_than_sign"),
            2: ("r", "D", "plus"),
        }.items():
            await go_to(pilot, job_id)
            for key in keys:
                jobs_screen(pilot).say("")
                await press(pilot, key)
                assert jobs_screen(pilot).is_current
                assert "open read-only" in said(pilot), key
        await press(pilot, "d")
        assert "open_clip:ViT-L-14/x" in shown_details(pilot)
    assert [job.id for job in workspace.jobs.unfinished()] == before
    assert not any(job.cancel_requested for job in workspace.jobs.unfinished())


async def test_devices_are_looked_at_only_while_jobs_is_shown(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(workspace, "jobs")
    look, looks = app.session.devices.look, []

    def counted() -> DevicesView:
        looks.append(1)
        return look()

    monkeypatch.setattr(app.session.devices, "look", counted)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen = jobs_screen(pilot)
        assert looks
        await press(pilot, "g", "h")
        looks.clear()
        screen.look_at_devices()
        await settled(pilot)
        assert not looks
        await press(pilot, "g", "j")
        assert looks
