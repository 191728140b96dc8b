"""What the tests of the Jobs screen share: more jobs, and a short way to what is shown."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.conftest import add_jobs, let_live, settled
from workbench.screens.jobs import JobsScreen
from workbench.session import devices
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.status_line import StatusLine
from workbench.widgets.text_line import TextLine
from workbench.workers import observed, starting

ORIGIN = {
    "code_version": "0.1.0",
    "commit": "4f2c1ab99887766554433221100aabbccddeeff0",
    "changed": 1,
    "folder": "/nowhere/project",
    "command": "workbench evaluate --model blip:base-coco",
    "packages": {"torch": "2.14.1"},
    "host": "gpu07",
    "user": "mh",
    "env": {"OMP_NUM_THREADS": "2"},
}
DIFF = (
    "diff --git a/caption.py b/caption.py\n--- a/caption.py\n+++ b/caption.py\n"
    "@@ -1,2 +1,2 @@\n def caption():\n-    return 1\n+    return \x1b[31m2\n"
)


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued and stay queued, on a machine with two cores and without GPUs."""
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: None)
    for module in (observed, starting, devices):
        monkeypatch.setattr(module, "gpus", list)
    monkeypatch.setattr(devices, "cores", lambda: 2)


def add_all_states(workspace: Workspace) -> None:
    """Add to the jobs 1 to 5: 6 held, 7 for a GPU, 8 after 5, 9 after the failed 2, 10 cancelled.

    The running job 1 goes at 66 images a second in its second attempt; 5 and 8 are of a study.
    """
    add_jobs(workspace)
    jobs = workspace.jobs
    jobs.add("label", {"run_id": 1}, held=True)
    jobs.add(
        "evaluate", {"dataset_id": 1, "model": "blip:Org/blip-itm", "rerank": 64}, device="cuda"
    )
    params = {
        "dataset_id": {"result_of": 5, "name": "dataset_id"},
        "model": "open_clip:ViT-B-32/laion2b",
        "options": {"beams": 3},
    }
    jobs.add("evaluate", params, parents=[5], study="zero-shot", origin=ORIGIN, diff=DIFF)
    jobs.add("label", {"run_id": {"result_of": 2, "name": "run_id"}}, parents=[2])
    jobs.add("import", {"source": "/data/more.json"})
    jobs.request_cancel(10)
    jobs.progress(1, 620, 1000, "embedding images", per_s=66.4)
    with workspace.write() as connection:
        connection.execute("UPDATE jobs SET created_at = '2026-01-12T12:00:00+00:00'")
        connection.execute("UPDATE jobs SET attempts = 2 WHERE id = 1")
        connection.execute("UPDATE jobs SET ended_at = '2026-01-12T12:00:30+00:00' WHERE id = 10")


def run_now(workspace: Workspace, job_id: int) -> None:
    """Let a job count as running."""
    let_live(workspace, job_id)


def jobs_screen(pilot: Pilot[None]) -> JobsScreen:
    screen = next(one for one in pilot.app.screen_stack if isinstance(one, JobsScreen))
    assert isinstance(screen, JobsScreen)
    return screen


def table(pilot: Pilot[None]) -> LineList:
    return jobs_screen(pilot).query_one("#jobs", LineList)


def order(pilot: Pilot[None]) -> list[str]:
    return [line.key for line in table(pilot).lines]


def line_of(pilot: Pilot[None], job_id: int) -> str:
    return next(line.text for line in table(pilot).lines if line.key == str(job_id))


def log_pane(pilot: Pilot[None]) -> LogPane:
    return jobs_screen(pilot).query_one("#log", LogPane)


def log_text(pilot: Pilot[None]) -> str:
    return "\n".join(line.text for line in log_pane(pilot).lines)


def text_of(pilot: Pilot[None], name: str) -> str:
    return jobs_screen(pilot).query_one(name, TextLine).line.text


def said(pilot: Pilot[None]) -> str:
    return jobs_screen(pilot).query_one(StatusLine).sentence


async def go_to(pilot: Pilot[None], job_id: int) -> None:
    """Put the cursor on a job."""
    table(pilot).go(str(job_id))
    await settled(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, each when the last has been done."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
