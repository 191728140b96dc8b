"""Jobs through real worker processes."""

import itertools
import os
import signal
import time
from pathlib import Path

import pytest

from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.workers import queue, starting
from workbench.workers.process import identity


def ignore(_job):
    return None


@pytest.fixture
def params(imported, vectors):
    return {"dataset_id": imported.id, "model": f"vectors:{vectors}", "k": 5}


def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_worker_runs_a_job_in_a_session_of_its_own(workspace, params):
    job = queue.submit(workspace, "evaluate", params)
    sessions = set()

    def watch(seen):
        if seen.state == "running" and seen.pid:
            try:
                sessions.add(os.getsid(seen.pid))
            except ProcessLookupError:
                return

    job = queue.wait(workspace, job.id, watch)
    assert (job.state, job.error) == ("done", None)
    assert os.getsid(0) not in sessions
    assert workspace.runs.get(job.result["run_id"]).job_id == job.id
    assert "stored as run" in queue.log_path(workspace, job.id).read_text()
    until(lambda: not queue.worker_runs(workspace, "auto"))


def test_a_failing_job_says_why_in_one_sentence(workspace, params):
    job = queue.submit(workspace, "evaluate", {**params, "model": "vectors:/nowhere"})
    job = queue.wait(workspace, job.id, ignore)
    assert job.state == "failed"
    assert "/nowhere" in job.error
    assert "\n" not in job.error
    assert "Traceback" not in queue.log_path(workspace, job.id).read_text()


def test_queued_jobs_run_one_after_another_with_one_worker(workspace, params):
    jobs = [queue.submit(workspace, "evaluate", {**params, "k": k}) for k in (2, 3, 4)]
    ended = [queue.wait(workspace, job.id, ignore) for job in jobs]
    assert [job.state for job in ended] == ["done"] * 3
    spans = sorted((job.started_at, job.ended_at) for job in ended)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_a_killed_job_is_told_and_its_worker_lives_on(workspace, params):
    victim = queue.submit(workspace, "evaluate", params)
    follower = queue.submit(workspace, "evaluate", {**params, "k": 3})

    def kill(job):
        worker = job.pid is not None and job.state == "running"
        if worker and os.getsid(job.pid) == job.pid and "child" in _command(job.pid):
            os.kill(job.pid, signal.SIGKILL)

    assert queue.wait(workspace, victim.id, kill).state == "failed"
    assert "killed from outside" in queue.status(workspace, victim.id).error
    assert queue.wait(workspace, follower.id, ignore).state == "done"
    again = queue.retry(workspace, victim.id)
    assert queue.wait(workspace, again.id, ignore).state == "done"


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def claim(workspace, job_id, wish="cpu"):
    """Claim a job for this process, without a worker and without its lock."""
    me = identity()
    who = {"pid": me.pid, "pid_started": me.started, "boot_id": me.boot_id, "host": me.host}
    return workspace.jobs.claim([wish], device="cpu", **who, take=lambda found: found == job_id)


def test_a_job_without_its_lock_is_lost_and_can_be_retried(workspace, params):
    jobs = [workspace.jobs.add("evaluate", params | {"k": k}, device="cpu") for k in (3, 4)]
    for job in jobs:
        claim(workspace, job.id)
        assert queue.status(workspace, job.id).state == "lost"
    assert [job.state for job in queue.listing(workspace)] == ["lost"] * 2
    with pytest.raises(JobError, match="is lost already"):
        queue.cancel(workspace, jobs[0].id)
    queue.retry(workspace, jobs[0].id)
    assert [job.id for job in queue.retry_lost(workspace)] == [jobs[1].id]
    assert [queue.wait(workspace, job.id, ignore).state for job in jobs] == ["done"] * 2


def test_cancelling_what_waits_and_what_has_ended(workspace, params):
    job = workspace.jobs.add("evaluate", params, device="cpu")
    queue.cancel(workspace, job.id)
    assert queue.status(workspace, job.id).state == "cancelled"
    with pytest.raises(JobError, match="cancelled already"):
        queue.cancel(workspace, job.id)


def test_cancelling_a_running_job_leaves_it_resumable(workspace, params):
    job = queue.submit(workspace, "evaluate", params)
    asked = []

    def stop(seen):
        if seen.state == "running" and not asked:
            queue.cancel(workspace, job.id)
            asked.append(True)

    assert queue.wait(workspace, job.id, stop).state == "cancelled"
    assert workspace.runs.all() == []
    queue.retry(workspace, job.id)
    assert queue.wait(workspace, job.id, ignore).state == "done"


def test_a_stopped_worker_puts_its_job_back(workspace, params, tmp_path):
    job = queue.submit(workspace, "evaluate", params)
    stopped = []

    def stop_worker(seen):
        if seen.state == "running" and not stopped:
            for pid in _workers(workspace):
                os.kill(pid, signal.SIGTERM)
                stopped.append(pid)

    until(lambda: stop_worker(queue.status(workspace, job.id)) or stopped)
    until(lambda: not queue.worker_runs(workspace, "auto"))
    assert queue.status(workspace, job.id).state in ("queued", "done")
    queue.start_worker(workspace, "cpu")
    assert queue.wait(workspace, job.id, ignore).state == "done"


def _workers(workspace: Workspace):
    import psutil

    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "workbench.workers.worker" in command and str(workspace.path) in command:
            yield process.pid


def test_jobs_left_without_a_worker_get_one(workspace, params):
    job = workspace.jobs.add("evaluate", params, device="cpu")
    queue.ensure_workers(workspace)
    assert queue.wait(workspace, job.id, ignore).state == "done"


def test_retry_of_a_queued_job_starts_its_worker(workspace, params):
    job = workspace.jobs.add("evaluate", params, device="cpu")
    assert queue.retry(workspace, job.id).id == job.id
    assert queue.wait(workspace, job.id, ignore).state == "done"


def test_files_in_the_users_folder_are_not_imported(workspace, params, tmp_path, monkeypatch):
    for name in ("numpy.py", "psutil.py", "store.py"):
        (tmp_path / name).write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    job = queue.submit(workspace, "evaluate", params)
    assert queue.wait(workspace, job.id, ignore).state == "done"


def test_a_worker_that_cannot_start_is_an_error_not_silence(workspace, params, monkeypatch):
    monkeypatch.setattr(starting, "PYTHON", ("/bin/false",))
    monkeypatch.setattr(queue, "START_S", 0.2)
    job = queue.submit(workspace, "evaluate", params)
    with pytest.raises(JobError, match=r"No worker starts .*worker\.log"):
        queue.wait(workspace, job.id, ignore)
