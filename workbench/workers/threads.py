"""How many threads a job may use, so that the workers of a host do not get in each other's way.

Torch's threads wait for each other by spinning. Two processes with two threads each on two cores
are nine times slower than with one each, so the cores are divided by the workers that share them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.devices import cores
from workbench.compute.locks import is_locked
from workbench.workers.places import worker_locks


def note_cores(lock: int) -> None:
    """Write into a worker's held lock file which cores it may use: Slurm may give each its own."""
    with suppress(OSError):  # on a full disk: it then counts as using all
        os.ftruncate(lock, 0)
        os.pwrite(lock, ",".join(map(str, sorted(_usable()))).encode(), 0)


def environment(workspace: Workspace, job: Job) -> dict[str, str]:
    """Return the variables of a job's process; values that the user has set win over them.

    A job keeps the number of threads of its first attempt, because the last bit of a vector can
    depend on it and a resumed job is to give what an uninterrupted one gives.
    """
    threads = job.origin.get("threads") or _share(workspace)
    ours = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
    used = {name: os.environ.get(name, value) for name, value in ours.items()}
    if "threads" not in job.origin and used["OMP_NUM_THREADS"].isdecimal():
        workspace.jobs.note_origin(job.id, threads=int(used["OMP_NUM_THREADS"]))
    return used


def _share(workspace: Workspace) -> int:
    mine = _usable()
    sharing = sum(
        is_locked(lock) and bool(mine & _noted(lock, mine)) for lock in worker_locks(workspace)
    )
    return max(1, cores() // max(1, sharing))


def _usable() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(cores()))


def _noted(lock: Path, unknown: set[int]) -> set[int]:
    """Return the cores in a lock file: none in one that waits for a GPU."""
    try:
        return {int(core) for core in lock.read_text().split(",") if core}
    except (OSError, ValueError):
        return unknown
