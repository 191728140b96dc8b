"""Jobs as they are rather than as their rows say: running, lost, or waiting, and for what.

A job runs exactly as long as its lock is held, so a frozen process still runs and a killed one is
lost at once. A heartbeat could tell neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.locks import is_locked
from workbench.workers import placement
from workbench.workers.gpus import Gpu, gpus
from workbench.workers.places import job_lock
from workbench.workers.process import host_name
from workbench.workers.starting import at_work

UNSUCCESSFUL = frozenset({"failed", "cancelled", "lost"})


class Observation:
    """One look at the queue: devices are asked at most once, and only if a job may wait for one."""

    def __init__(self, workspace: Workspace, known: Iterable[Job] = ()) -> None:
        self._workspace = workspace
        self._rows = {job.id: job for job in known}
        self._seen: dict[int, Job] = {}

    def get(self, job_id: int) -> Job:
        """Return a job with its true state; raises store.errors.NotFound."""
        if job_id not in self._seen:
            row = self._rows.get(job_id) or self._workspace.jobs.get(job_id)
            self._seen[job_id] = self._observed(row)
        return self._seen[job_id]

    def obstacle(self, job: Job) -> Job | None:
        """Return the job that has to be retried before this one can run, if there is one."""
        for parent in map(self.get, job.parents):
            found = parent if parent.state in UNSUCCESSFUL else self.obstacle(parent)
            if found is not None:
                return found
        return None

    def _observed(self, job: Job) -> Job:
        while job.state == "running" and not self._held(job):
            # Its worker may have stored its end, or another taken it, between our two looks.
            fresh = self._workspace.jobs.get(job.id)
            if (fresh.state, fresh.attempts) == (job.state, job.attempts):
                return replace(fresh, state="lost")
            job = fresh
        if job.state == "queued" and (waits_for := self._waits_for(job)):
            return replace(job, state="waiting", waits_for=waits_for)
        return job

    def _held(self, job: Job) -> bool:
        if self._workspace.lock_note and job.host not in (None, host_name()):
            return True  # the lock cannot be seen from here
        return is_locked(job_lock(self._workspace, job.id))

    def _waits_for(self, job: Job) -> str | None:
        for parent in map(self.get, job.parents):
            if parent.state in UNSUCCESSFUL:
                return f"job {parent.id}, which {fate(parent)}: retry that"
            if parent.state != "done":
                return f"job {parent.id}"
        if job.held:
            return "release"
        wish = job.wished_device or "auto"
        if wish.startswith("cpu"):
            return None
        return placement.lacks(wish, self._gpus, self._at_work)

    @cached_property
    def _gpus(self) -> list[Gpu]:
        return gpus()

    @cached_property
    def _at_work(self) -> set[str]:
        return at_work(self._workspace, self._gpus)


def fate(job: Job) -> str:
    """Say how a job ended, behind "which"."""
    return "failed" if job.state == "failed" else f"is {job.state}"
