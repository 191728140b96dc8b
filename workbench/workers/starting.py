"""Starting workers: which devices have one, which need one, and a process for those."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.compute.locks import GLANCE_S, is_locked, release, try_lock
from workbench.compute.processes import PYTHON
from workbench.workers import placement
from workbench.workers.gpus import Gpu, gpus
from workbench.workers.places import locked_name, worker_lock, worker_locks
from workbench.workers.process import host_name

_AGAIN_S = 5.0
_started: dict[tuple[Path, str], tuple[subprocess.Popen[bytes], float]] = {}


def ensure_workers(workspace: Workspace) -> None:
    """Start a worker for every device that jobs could run on now and nobody works on.

    A worker may have been killed, the machine restarted or a GPU become free while jobs were
    queued. One that failed is given a moment.
    """
    wishes = [job.wished_device or "auto" for job in ready(workspace)]
    if not wishes:
        return
    for device in placement.to_start(wishes, seen := gpus(), at_work(workspace, seen)):
        if not _failed_lately(workspace, device):
            start_worker(workspace, device)


def start_worker(workspace: Workspace, device: str) -> None:
    """Start a detached worker in a session of its own, unless one is at work.

    It outlives the terminal: nothing ties it to this process, its output goes to a file. It is born
    with its device's lock, so that nobody starts a second one while it loads.
    Raises JobError where locks cannot keep workers apart.
    """
    check_place(workspace)
    lock = try_lock(worker_lock(workspace, placement.lock_name(device, gpus())), GLANCE_S)
    if lock is None:
        return
    command = [*PYTHON, "workbench.workers.worker", str(workspace.path.resolve()), device]
    try:
        with (workspace.jobs_dir / "worker.log").open("ab") as output:
            process = subprocess.Popen(
                [*command, str(lock)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=(lock,),
            )
    finally:
        release(lock)  # the worker has it now
    _started[workspace.path, device] = (process, time.monotonic())


def ready(workspace: Workspace) -> list[Job]:
    """Return the jobs that a worker could take now, in the order of the queue."""
    unfinished = workspace.jobs.unfinished()
    done: dict[int, bool] = {job.id: False for job in unfinished}

    def is_done(job_id: int) -> bool:
        if job_id not in done:
            done[job_id] = workspace.jobs.get(job_id).state == "done"
        return done[job_id]

    return [
        job
        for job in unfinished
        if job.state == "queued" and not job.held and all(map(is_done, job.parents))
    ]


def at_work(workspace: Workspace, seen: Sequence[Gpu]) -> set[str]:
    """Return the devices of this host that have a worker in this workspace."""
    of_gpus = {worker_lock(workspace, gpu.uuid): placement.device_of(gpu) for gpu in seen}
    return {
        of_gpus.get(lock) or re.sub(r"^(cpu|cuda)-", r"\1:", locked_name(lock))
        for lock in worker_locks(workspace)
        if is_locked(lock)
    }


def worker_runs(workspace: Workspace, wish: str) -> bool:
    """Say whether a worker that meets a wish for a device is at work on this host."""
    seen = gpus()
    return any(wish in placement.wishes_of(device, seen) for device in at_work(workspace, seen))


def check_place(workspace: Workspace) -> None:
    """Raise JobError if jobs cannot be told apart here: no folder, no locks, or another host's."""
    folder = workspace.jobs_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JobError(
            f"{folder} cannot be used for logs: {error.strerror}; no job was queued."
        ) from error
    if (lock := try_lock(folder / "check.lock")) is not None:
        release(lock)
    if (note := workspace.lock_note) is None:
        return
    for job in workspace.jobs.unfinished():
        if job.state == "running" and job.host not in (None, host_name()):
            raise JobError(
                f"{note}. Job {job.id} runs on {job.host}, so no worker starts here; if that host "
                f"is gone: `workbench jobs cancel --force {job.id}`."
            )


def _failed_lately(workspace: Workspace, device: str) -> bool:
    """Say whether a worker that this process started has just ended with an error."""
    process, at = _started.get((workspace.path, device), (None, 0.0))
    if process is None or time.monotonic() - at > _AGAIN_S:
        return False
    return (process.poll() or 0) > 0
