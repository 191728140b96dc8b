"""The sample imported once, and what a workspace keeps of its jobs when nobody disturbs them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from store.records.job import Job
from store.workspace import Workspace
from tests.survival import kept
from tests.survival.killing import WORKER, processes
from tests.survival.sample_world import EVALUATE, import_sample, small_shards
from tests.workers.living import until
from workbench.workers import queue


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the sample, to be copied."""
    folder = tmp_path_factory.mktemp("survival")
    import_sample(folder / "imported", folder / "data")
    return folder / "imported"


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("STOP_AT", str(tmp_path / "stop-at"))
    with small_shards():
        yield


@pytest.fixture(scope="session")
def quiet(
    imported: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """Return what a workspace keeps of EVALUATE, and of a job behind it, if nothing disturbs."""
    path = tmp_path_factory.mktemp("quiet") / "workspace"
    shutil.copytree(imported, path)
    known: dict[str, dict[str, Any]] = {}

    def content(kind: str = "evaluate", params: dict[str, Any] = EVALUATE) -> dict[str, Any]:
        if kind not in known:
            if kind != "evaluate":
                content()
            with small_shards(), Workspace(path, create=False) as workspace:
                run(workspace, queue.submit(workspace, kind, params, device="cpu"))
            known[kind] = kept.content(path)
        return known[kind]

    return content


@pytest.fixture
def sample(imported: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with the sample; whatever runs in it is ended with the test."""
    yield from opened_copy(imported, tmp_path / "workspace")


def opened_copy(imported: Path, path: Path) -> Iterator[Workspace]:
    """Copy the imported workspace and open it; in the end kill what runs in it."""
    shutil.copytree(imported, path, dirs_exist_ok=True)
    with Workspace(path, create=False) as workspace:
        yield workspace
    running = processes(path, WORKER, queue.CHILD)
    for process in running:
        process.kill()
    psutil.wait_procs(running, timeout=10)


def run(workspace: Workspace, job: Job) -> Job:
    """Wait for a job that is to be done."""
    job = queue.wait(workspace, job.id, lambda _: None)
    assert job.state == "done", (job.error, queue.log_path(workspace, job.id).read_text())
    return job


def stopped(
    workspace: Workspace, job: Job, stage: str, submit: Callable[[], Any], step: int = 1
) -> int:
    """Let a job that `submit` sets going stop itself at a step of a stage; return its process."""
    Path(os.environ["STOP_AT"]).write_text(f"{step} {stage}")
    submit()

    def at_stage() -> int | None:
        now = queue.status(workspace, job.id)
        assert now.state not in queue.ENDED, f"{stage} did not come: {now.state}, {now.error}"
        if now.stage != stage or not now.pid:
            return None
        try:
            process = psutil.Process(now.pid)
            return now.pid if process.status() == psutil.STATUS_STOPPED else None
        except psutil.NoSuchProcess:
            return None

    return until(at_stage)


def go_on(pid: int) -> None:
    """Let a stopped process go on."""
    os.kill(pid, signal.SIGCONT)


def mount(*arguments: str) -> None:
    """Mount something, or skip the test where that is not allowed."""
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")


def unmount(place: Path) -> None:
    """Take a mount away, at the latest when the last process has left it."""
    subprocess.run(["umount", "--lazy", str(place)], check=True)
