"""Workers and jobs that are frozen, killed and asked to stop: what is said, and what goes on."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.workers.living import child, ended, frozen_child, kill_workers, until, workers
from workbench.compute.errors import JobError
from workbench.compute.locks import is_locked, release, try_lock
from workbench.workers import attempt, queue, starting
from workbench.workers import worker as worker_module
from workbench.workers.places import job_lock, worker_lock
from workbench.workers.worker import Worker


def ignore(_job):
    return None


def detached(workspace):
    """A worker as the workbench starts it, with its device's lock."""
    return Worker(workspace, "cpu", lock=try_lock(worker_lock(workspace, "cpu")))


@pytest.fixture
def params(imported, vectors):
    return {"dataset_id": imported.id, "model": f"vectors:{vectors}", "k": 5}


def test_a_frozen_job_runs_and_one_without_its_worker_stores_its_own_end(workspace, params):
    job = queue.submit(workspace, "evaluate", params)
    pid = frozen_child(workspace, job.id)
    behind = queue.submit(workspace, "evaluate", params | {"k": 3})
    kill_workers(workspace)
    assert queue.status(workspace, job.id).state == "running"
    with pytest.raises(JobError, match="is running"):
        queue.retry(workspace, job.id)
    assert queue.worker_runs(workspace, "auto")  # the device is still taken
    assert not workers(workspace)
    os.kill(pid, signal.SIGCONT)
    assert ended(workspace, job.id).state == "done"
    # Nobody looks at the queue now: the job itself has started a worker for those behind it.
    assert ended(workspace, behind.id).state == "done"


def test_a_job_killed_with_its_worker_is_lost_at_once_and_goes_on(workspace, params):
    job = queue.submit(workspace, "evaluate", params)
    pid = frozen_child(workspace, job.id)
    kill_workers(workspace)
    log = queue.log_path(workspace, job.id)
    with log.open("a") as lines:  # the process may have been frozen before its first line
        lines.write("said before the end\n")
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_locked(job_lock(workspace, job.id)))
    assert queue.status(workspace, job.id).state == "lost"
    assert [one.id for one in queue.retry_lost(workspace)] == [job.id]
    job = queue.wait(workspace, job.id, ignore)
    assert (job.state, job.attempts) == ("done", 2)
    before, after = log.read_text().split("said before the end\n")
    assert "attempt 2" in after
    assert "attempt 2" not in before


def test_a_request_in_the_row_alone_stops_a_job_and_kills_a_frozen_one(workspace, params):
    """So it reaches a job on another host, or in a container."""
    job = queue.submit(workspace, "evaluate", params)
    until(lambda: child(workspace, job.id))
    workspace.jobs.request_cancel(job.id)
    assert ended(workspace, job.id).state == "cancelled"
    queue.retry(workspace, job.id)
    frozen_child(workspace, job.id)
    workspace.jobs.request_cancel(job.id)
    assert queue.status(workspace, job.id).state == "running"
    workspace.jobs.request_cancel(job.id, force=True)
    assert ended(workspace, job.id).state == "cancelled"
    assert queue.wait(workspace, queue.retry(workspace, job.id).id, ignore).state == "done"


def test_force_kills_a_job_whose_worker_is_gone(workspace, params):
    job = queue.submit(workspace, "evaluate", params)
    frozen_child(workspace, job.id)
    kill_workers(workspace)
    queue.cancel(workspace, job.id)
    assert queue.status(workspace, job.id).state == "running"
    queue.cancel(workspace, job.id, force=True)
    assert queue.status(workspace, job.id).state == "cancelled"


def test_between_its_claim_and_its_start_a_job_is_not_signalled(workspace, params):
    """It then has the process of its worker, here this very one."""
    job = workspace.jobs.add("evaluate", params, device="cpu")
    claimed, lock = Worker(workspace, "cpu")._claim("cpu")
    assert claimed.id == job.id
    queue.cancel(workspace, job.id, force=True)
    assert queue.status(workspace, job.id).state == "running"
    release(lock)
    assert queue.status(workspace, job.id).state == "lost"


def test_a_crash_is_named_and_its_place_is_in_the_log(workspace, params):
    job = queue.submit(workspace, "evaluate", params)
    pid = until(lambda: child(workspace, job.id))
    os.kill(pid, signal.SIGSEGV)
    job = ended(workspace, job.id)
    assert job.state == "failed"
    assert "crashed (SIGSEGV)" in job.error
    assert "Fatal Python error: Segmentation fault" in queue.log_path(workspace, job.id).read_text()


def test_a_kill_for_lack_of_memory_is_known_though_the_process_took_long_to_end(
    workspace, params, monkeypatch
):
    kills = [5]
    monkeypatch.setattr(attempt.endings, "out_of_memory_kills", lambda: kills[0])
    job = workspace.jobs.add("evaluate", params, device="cpu")
    thread = threading.Thread(target=Worker(workspace, "cpu").run)
    thread.start()
    pid = frozen_child(workspace, job.id)
    kills[0] += 1
    time.sleep(3 * attempt.LOOK_S)  # as long as it has not ended the worker looks
    os.kill(pid, signal.SIGKILL)
    thread.join(timeout=60)
    failed = queue.status(workspace, job.id)
    assert failed.state == "failed"
    assert "because memory ran out" in failed.error


def test_a_stopped_worker_does_not_wait_for_a_job_that_does_not_stop(
    workspace, params, monkeypatch
):
    """Slurm kills both soon after it has asked the worker to stop."""
    monkeypatch.setattr(attempt, "STOP_S", 0.5)
    started = []
    monkeypatch.setattr(worker_module, "ensure_workers", lambda _: started.append(worker))
    job = workspace.jobs.add("evaluate", params, device="cpu")
    worker = detached(workspace)
    ends = []
    thread = threading.Thread(target=lambda: ends.append(worker.run()))
    thread.start()
    frozen_child(workspace, job.id)
    before = len(started)
    worker.stop()
    thread.join(timeout=60)
    assert ends == ["stopped"]
    assert len(started) == before, "a stopped worker leaves no other behind"
    assert queue.status(workspace, job.id).state == "queued"


@pytest.mark.parametrize("in_foreground", [True, False])
def test_only_a_detached_worker_starts_workers_for_other_devices(
    workspace, monkeypatch, in_foreground
):
    started = []
    monkeypatch.setattr(starting, "start_worker", lambda _, device: started.append(device))
    workspace.jobs.add("import", {"source": "/nowhere.csv", "reader": "csv"}, device="cpu")
    workspace.jobs.add("label", {}, device="cpu:1")
    worker = Worker(workspace, "cpu") if in_foreground else detached(workspace)
    assert worker.run() == "idle"
    assert set(started) == (set() if in_foreground else {"cpu:1"})


def test_a_worker_that_cannot_start_another_runs_its_own_job(workspace, params, monkeypatch):
    def fail(_):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(worker_module, "ensure_workers", fail)
    job = workspace.jobs.add("evaluate", params, device="cpu")
    assert detached(workspace).run() == "idle"
    assert queue.status(workspace, job.id).state == "done"


def test_a_job_whose_process_cannot_be_started_fails_and_the_worker_goes_on(workspace, params):
    first, second = (
        workspace.jobs.add("evaluate", params | {"k": k}, device="cpu") for k in (3, 4)
    )
    queue.log_path(workspace, first.id).mkdir(parents=True)
    assert Worker(workspace, "cpu").run() == "idle"
    failed = queue.status(workspace, first.id)
    assert failed.state == "failed"
    assert "could not be started" in failed.error
    assert f"{first.id}.log: Is a directory" in failed.error
    assert queue.status(workspace, second.id).state == "done"


def test_what_a_job_leaves_behind_does_not_keep_its_lock(workspace, params, tmp_path):
    lock = try_lock(job_lock(workspace, 1))
    code = (
        "import sys, os, time, subprocess, multiprocessing as m;"
        "from workbench.workers.child import _keep_to_this_process as keep;"
        "keep([int(sys.argv[1])]); m.set_start_method('fork');"
        "m.Process(target=time.sleep, args=(30,)).start();"
        "subprocess.Popen(['sleep', '30'], close_fds=False);"
        "print('started', flush=True); os._exit(0)"
    )
    job = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)],
        pass_fds=(lock,),
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    release(lock)
    assert job.stdout.readline() == b"started\n"
    job.wait()
    try:
        until(lambda: not is_locked(job_lock(workspace, 1)))
    finally:
        os.killpg(job.pid, signal.SIGKILL)
