"""`workbench worker` as systemd and Slurm run it."""

import os
import signal
import subprocess
import sys

import pytest

from tests.workers.living import ended, frozen_child, until
from workbench.workers import queue


@pytest.fixture
def staying(workspace):
    command = [sys.executable, "-m", "workbench.cli", "--workspace", str(workspace.path)]
    process = subprocess.Popen([*command, "worker", "--device", "cpu", "--stay"])
    until(lambda: queue.worker_runs(workspace, "cpu"))
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def job(workspace, imported, vectors):
    def add(k):
        params = {"dataset_id": imported.id, "model": f"vectors:{vectors}", "k": k}
        return workspace.jobs.add("evaluate", params, device="cpu")

    return add


def test_a_staying_worker_takes_what_comes_and_gives_it_back_when_it_is_stopped(
    workspace, staying, job
):
    assert ended(workspace, job(3).id).state == "done"
    running = job(4)
    pid = frozen_child(workspace, running.id)
    staying.send_signal(signal.SIGTERM)
    os.kill(pid, signal.SIGCONT)
    assert staying.wait(timeout=60) == 130
    assert queue.status(workspace, running.id).state == "queued"
    assert "queued again" in queue.log_path(workspace, running.id).read_text()


def test_a_staying_worker_whose_terminal_is_closed_ends_with_the_queue(workspace, staying, job):
    running = job(3)
    pid = frozen_child(workspace, running.id)
    behind = job(4)
    staying.send_signal(signal.SIGHUP)
    os.kill(pid, signal.SIGCONT)
    assert staying.wait(timeout=60) == 0
    states = [queue.status(workspace, one.id).state for one in (running, behind)]
    assert states == ["done", "done"]
