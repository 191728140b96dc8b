"""The queue as the face and the commands see it: submit, list, cancel, retry, reorder, wait."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

import psutil

from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.compute.locks import holding
from workbench.workers.observed import Observation, fate
from workbench.workers.origin import origin
from workbench.workers.placement import WISHES
from workbench.workers.places import job_lock, log_path
from workbench.workers.process import ProcessIdentity, alive, host_name
from workbench.workers.references import referenced
from workbench.workers.starting import (
    check_place,
    ensure_workers,
    start_worker,
    worker_runs,
)

__all__ = [
    "cancel",
    "delete",
    "ensure_workers",
    "hold",
    "listing",
    "log_path",
    "move",
    "release",
    "retry",
    "retry_lost",
    "start_worker",
    "status",
    "submit",
    "wait",
    "worker_runs",
]

CHILD = "workbench.workers.child"
START_S = 30.0
LEAVE_S = 10.0
"""How long a process may take to leave after it has stored the end of its job."""

ENDED = frozenset({"done", "failed", "cancelled", "lost"})


def submit(
    workspace: Workspace,
    kind: str,
    params: Mapping[str, Any],
    *,
    device: str = "auto",
    parents: Sequence[int] = (),
    priority: int = 0,
    held: bool = False,
    study: str | None = None,
) -> Job:
    """Queue a job with a note of the code it was asked for with, and start what workers it needs.

    `device` is a wish: auto, cpu, cpu:N, cuda or cuda:N. Jobs whose results `params` refer to
    (`references`) are parents too. Raises JobError.
    """
    if not WISHES.fullmatch(device):
        raise JobError(f"There is no device {device!r}: use auto, cpu, cpu:1, cuda or cuda:0.")
    check_place(workspace)
    asked, diff = origin()
    job = workspace.jobs.add(
        kind,
        dict(params),
        parents=sorted({*parents, *referenced(params)}),
        device=device,
        priority=priority,
        held=held,
        origin=asked,
        diff=diff,
        study=study,
    )
    ensure_workers(workspace)
    return job


def listing(workspace: Workspace, limit: int = 200) -> list[Job]:
    """Return the newest `limit` jobs and all unfinished ones, newest first.

    Each comes with its true state and with what it waits for.
    """
    rows = [*workspace.jobs.all(limit), *workspace.jobs.unfinished()]
    known = {job.id: job for job in rows}
    look = Observation(workspace, known.values())
    return [look.get(job_id) for job_id in sorted(known, reverse=True)]


def status(workspace: Workspace, job_id: int) -> Job:
    """Return a job with its true state; raises store.errors.NotFound."""
    return Observation(workspace).get(job_id)


def cancel(workspace: Workspace, job_id: int, *, force: bool = False) -> None:
    """Ask a job to stop; with `force` kill it. What it has finished is kept.

    The request is a note in the row, so it reaches a job on any host: the job's worker sends
    SIGTERM (SIGKILL) to its process group within half a second, and the job looks for it itself
    whenever it tells how far it is.
    """
    job = status(workspace, job_id)
    if job.state in ENDED:
        raise JobError(f"Job {job_id} is {job.state} already: there is nothing to cancel.")
    workspace.jobs.request_cancel(job_id, force=force)
    if force and job.state == "running":
        _kill(workspace, workspace.jobs.get(job_id))


def retry(workspace: Workspace, job_id: int) -> Job:
    """Queue an ended job again; what it finished is not computed twice.

    Raises JobError if there is nothing to retry, or another job has to be retried first.
    """
    look = Observation(workspace)
    job = look.get(job_id)
    if job.state == "running":
        raise JobError(f"Job {job_id} is running: cancel it before you retry it.")
    if job.state == "done":
        raise JobError(f"Job {job_id} is done: there is nothing to retry.")
    if first := look.obstacle(job):
        follows = "follows by itself" if job.state not in ENDED else "can be retried then"
        raise JobError(
            f"Job {job_id} needs job {first.id}, which {fate(first)}: retry job {first.id} "
            f"(`workbench jobs retry {first.id}`), and job {job_id} {follows}."
        )
    if job.state in ENDED:
        _requeue(workspace, job_id)
    ensure_workers(workspace)
    return workspace.jobs.get(job_id)


def retry_lost(workspace: Workspace) -> list[Job]:
    """Queue every job again whose process is gone without having stored its end; returns them."""
    rows = workspace.jobs.unfinished()
    look = Observation(workspace, rows)
    lost = [job.id for job in rows if look.get(job.id).state == "lost"]
    for job_id in lost:
        _requeue(workspace, job_id)
    ensure_workers(workspace)
    return [workspace.jobs.get(job_id) for job_id in lost]


def hold(workspace: Workspace, job_id: int) -> None:
    """Keep a queued job from starting until it is released; StoreError for any other."""
    workspace.jobs.hold(job_id)


def release(workspace: Workspace, job_id: int) -> None:
    """Let a held job start; StoreError for one that is not queued."""
    workspace.jobs.release(job_id)
    ensure_workers(workspace)


def edit(workspace: Workspace, job_id: int, params: Mapping[str, Any], device: str) -> None:
    """Change what a queued job does and where; StoreError for any other, JobError for a device."""
    if not WISHES.fullmatch(device):
        raise JobError(f"There is no device {device!r}: use auto, cpu, cpu:1, cuda or cuda:0.")
    workspace.jobs.edit(job_id, params, device)
    ensure_workers(workspace)


def move(workspace: Workspace, job_id: int, by: Literal[-1, 1]) -> bool:
    """Let a queued job change places with the one before (-1) or after (1); False at the end."""
    return workspace.jobs.move(job_id, by)


def delete(workspace: Workspace, job_id: int) -> None:
    """Forget an ended job with its log; StoreError while it has not ended or others need it."""
    lock = job_lock(workspace, job_id)
    workspace.jobs.get(job_id)  # NotFound before a lock file is made for it
    running = f"Job {job_id} is running: cancel it before you delete it."
    wait_s = LEAVE_S if status(workspace, job_id).state in ENDED else 0.2
    with holding(lock, running, wait_s):
        if workspace.jobs.get(job_id).state == "running":  # lost: we hold its lock
            workspace.jobs.finish(job_id, "failed", error="Its process was gone.")
        workspace.jobs.delete(job_id)
        # Still held: whoever opened the file before sees that it is no longer there.
        log_path(workspace, job_id).unlink(missing_ok=True)
        lock.unlink(missing_ok=True)


def wait(
    workspace: Workspace, job_id: int, watch: Callable[[Job], None], every_s: float = 0.15
) -> Job:
    """Poll a job until it has ended, calling `watch` each time; restarts a missing worker.

    Raises JobError if workers do not start, or if a job that it needs has not ended well.
    """
    idle_since = time.monotonic()
    while True:
        look = Observation(workspace)
        job = look.get(job_id)
        watch(job)
        if job.state in ENDED:
            return job
        if job.state == "waiting" and (first := look.obstacle(job)):
            raise JobError(
                f"Job {job_id} waits for job {first.id}, which {fate(first)}: "
                f"`workbench jobs retry {first.id}` lets both go on."
            )
        if job.state != "queued" or worker_runs(workspace, job.wished_device or "auto"):
            idle_since = time.monotonic()
        elif time.monotonic() - idle_since > START_S:
            raise JobError(
                f"No worker starts for job {job_id}, which stays queued: see "
                f"{workspace.jobs_dir / 'worker.log'}."
            )
        else:
            ensure_workers(workspace)
        time.sleep(every_s)


def _requeue(workspace: Workspace, job_id: int) -> None:
    # A job that has just stored its end holds its lock until its process has gone.
    still = f"Job {job_id} is still running: try again when it has ended."
    with holding(job_lock(workspace, job_id), still, wait_s=LEAVE_S):
        if workspace.jobs.get(job_id).state != "queued":
            workspace.jobs.requeue(job_id)


def _kill(workspace: Workspace, job: Job) -> None:
    """Kill a job's process group if it is on this host, whether or not its worker lives."""
    if job.pid is None or job.pid_started is None or job.boot_id is None or job.host is None:
        return
    who = ProcessIdentity(job.pid, job.pid_started, job.boot_id, job.host)
    # Between its claim and its start a job has the worker's process; it then reads the request.
    if alive(who) and _runs_job(who.pid, job.id):
        with suppress(ProcessLookupError):
            os.killpg(who.pid, signal.SIGKILL)
        # Its worker stores the end while it still holds the lock; if it is gone, we do.
        with suppress(JobError), holding(job_lock(workspace, job.id), "it ends", wait_s=2.0):
            if workspace.jobs.get(job.id).state == "running":
                workspace.jobs.finish(job.id, "cancelled")
    elif job.host != host_name() and workspace.lock_note:
        workspace.jobs.finish(job.id, "cancelled")  # its lock is not seen here: the user knows


def _runs_job(pid: int, job_id: int) -> bool:
    """Say whether a process is the child that runs a job."""
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return CHILD in command and command[command.index(CHILD) + 2 :][:1] == [str(job_id)]
