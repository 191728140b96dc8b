"""The queue as the face and the commands see it: submit, list, cancel, retry, wait.

A job's state comes from its process, never from a heartbeat: a row that says "running" whose
process is gone is `lost`, and can be retried.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from store.records import Job
from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.workers.locks import is_locked
from workbench.workers.process import ProcessIdentity, alive

CHILD = "workbench.workers.child"
PYTHON = (sys.executable, "-P", "-m")
"""`-P` keeps the folder that the user stands in from shadowing modules."""

START_S, RESTARTS = 10.0, 2
ENDED = frozenset({"done", "failed", "cancelled", "lost"})


def submit(
    workspace: Workspace,
    kind: str,
    params: Mapping[str, Any],
    *,
    device: str = "auto",
    parent_id: int | None = None,
) -> Job:
    """Queue a job and start a worker for it unless one is at work."""
    device = device_name(device)
    _make_folder(workspace)
    job = workspace.jobs.add(kind, dict(params), parent_id=parent_id, device=device)
    start_worker(workspace, device)
    return job


def device_name(wish: str) -> str:
    """Name the device that "auto" stands for on this machine, without importing torch."""
    if wish != "auto":
        return wish
    return "cuda:0" if Path("/dev/nvidiactl").exists() else "cpu"


def ensure_workers(workspace: Workspace) -> None:
    """Start a worker for every device that queued jobs wait for and nobody works on.

    A worker may have been killed, or the machine restarted, while jobs were queued.
    """
    waiting = {job.device or "auto" for job in listing(workspace) if job.state == "queued"}
    for device in waiting:
        if not worker_runs(workspace, device):
            start_worker(workspace, device)


def listing(workspace: Workspace, limit: int = 200) -> list[Job]:
    """Return the newest jobs first, each with its true state."""
    return [_observed(workspace, job) for job in workspace.jobs.all(limit)]


def status(workspace: Workspace, job_id: int) -> Job:
    """Return a job with its true state; raises store.errors.NotFound."""
    return _observed(workspace, workspace.jobs.get(job_id))


def cancel(workspace: Workspace, job_id: int, *, force: bool = False) -> None:
    """Ask a job to stop: SIGTERM to its process group, SIGKILL with `force`.

    What it has finished is kept, and `retry` goes on from there.
    """
    job = status(workspace, job_id)
    if job.state in ENDED:
        raise JobError(f"Job {job_id} is {job.state} already: there is nothing to cancel.")
    workspace.jobs.request_cancel(job_id)
    who = _identity(workspace.jobs.get(job_id))
    # Between its claim and its start a job has the worker's process; it then reads the request.
    if who is not None and alive(who) and runs_job(who.pid, job_id):
        try:
            os.killpg(who.pid, signal.SIGKILL if force else signal.SIGTERM)
        except ProcessLookupError:
            return


def retry(workspace: Workspace, job_id: int) -> Job:
    """Queue an ended job again; finished shards are not computed twice."""
    job = status(workspace, job_id)
    if job.state == "running":
        raise JobError(f"Job {job_id} is running: cancel it before you retry it.")
    if job.state == "done":
        raise JobError(f"Job {job_id} is done: there is nothing to retry.")
    if job.state in ENDED:
        workspace.jobs.requeue(job_id)
    ensure_workers(workspace)
    return workspace.jobs.get(job_id)


def wait(
    workspace: Workspace, job_id: int, watch: Callable[[Job], None], every_s: float = 0.15
) -> Job:
    """Poll a job until it has ended, calling `watch` each time; restarts a missing worker.

    Raises JobError if workers do not start.
    """
    idle_since, restarts = time.monotonic(), 0
    while True:
        job = status(workspace, job_id)
        watch(job)
        if job.state in ENDED:
            return job
        if job.state != "queued" or worker_runs(workspace, job.device or "auto"):
            idle_since, restarts = time.monotonic(), 0
        elif time.monotonic() - idle_since > START_S:
            if restarts == RESTARTS:
                raise JobError(
                    f"No worker starts for job {job_id}, which stays queued: see "
                    f"{workspace.jobs_dir / 'worker.log'}."
                )
            start_worker(workspace, job.device or "auto")
            idle_since, restarts = time.monotonic(), restarts + 1
        time.sleep(every_s)


def log_path(workspace: Workspace, job_id: int) -> Path:
    """Return where a job's log is (it may not exist yet)."""
    return workspace.jobs_dir / f"{job_id}.log"


def worker_lock(workspace: Workspace, device: str) -> Path:
    """Return the lock file that the worker of a device holds."""
    return workspace.jobs_dir / f"worker-{device_name(device).replace(':', '-')}.lock"


def worker_runs(workspace: Workspace, device: str) -> bool:
    """Say whether a worker for the device is at work."""
    return is_locked(worker_lock(workspace, device))


def start_worker(workspace: Workspace, device: str) -> None:
    """Start a detached worker in a session of its own; it ends at once if one is at work.

    It outlives the terminal: nothing ties it to this process, its output goes to a file.
    """
    _make_folder(workspace)
    with (workspace.jobs_dir / "worker.log").open("ab") as output:
        subprocess.Popen(
            [
                *PYTHON,
                "workbench.workers.worker",
                str(workspace.path.resolve()),
                device_name(device),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            close_fds=True,
        )


def runs_job(pid: int, job_id: int) -> bool:
    """Say whether a process is the child that runs a job."""
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return CHILD in command and command[-1] == str(job_id)


def _make_folder(workspace: Workspace) -> None:
    try:
        workspace.jobs_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JobError(
            f"{workspace.jobs_dir} cannot be used for logs: {error.strerror}; no job was queued."
        ) from error


def _identity(job: Job) -> ProcessIdentity | None:
    if job.pid is None or job.pid_started is None or job.boot_id is None:
        return None
    return ProcessIdentity(job.pid, job.pid_started, job.boot_id)


def _observed(workspace: Workspace, job: Job) -> Job:
    if job.state == "running":
        who = _identity(job)
        if who is None or not alive(who):
            # The process may have written its end between our two looks.
            fresh = workspace.jobs.get(job.id)
            return replace(fresh, state="lost") if fresh.state == "running" else fresh
    if job.state == "queued" and job.parent_id is not None:
        parent = _observed(workspace, workspace.jobs.get(job.parent_id))
        if parent.state != "done":
            return replace(job, state="waiting")
    return job
