"""The files of the queue: each job's log and lock, and the locks of the workers."""

from __future__ import annotations

import re
from pathlib import Path

from store.workspace import Workspace
from workbench.workers.process import host_name


def log_path(workspace: Workspace, job_id: int) -> Path:
    """Return where a job's log is (it may not exist yet)."""
    return workspace.jobs_dir / f"{job_id}.log"


def job_lock(workspace: Workspace, job_id: int) -> Path:
    """Return the file whose lock is held exactly as long as a job runs."""
    return workspace.jobs_dir / f"{job_id}.lock"


def worker_lock(workspace: Workspace, name: str) -> Path:
    """Return the file whose lock is held by a device's worker on this host.

    `name` is a processor's device ("cpu", "cpu:1") or a GPU's UUID: two Slurm tasks of one host may
    both see their GPU as number 0.
    """
    return workspace.jobs_dir / f"{_of_this_host()}{_safe(name)}.lock"


def worker_locks(workspace: Workspace) -> list[Path]:
    """Return the lock files of this host's workers, at work or not."""
    return sorted(workspace.jobs_dir.glob(f"{_of_this_host()}*.lock"))


def locked_name(lock: Path) -> str:
    """Return the name in a worker's lock file, its colons and slashes as `-`."""
    return lock.stem.partition("@")[2]


def _of_this_host() -> str:
    # `@` is in no safe name: the locks of host `a` are not taken for those of host `a-b`.
    return f"worker-{_safe(host_name())}@"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)
