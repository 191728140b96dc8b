"""Watching the jobs of a study until nothing more will happen to them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.studies.plan import Step
from workbench.workers import queue
from workbench.workers.observed import Observation

LOOK_AFTER_S, GIVE_UP_S = 5.0, 30.0
"""While nothing runs: how often missing workers are started, and when that has not helped."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The jobs of a study at one look, by the name of their node.

    `stuck` are those that cannot run because another did not end well, with that other job.
    """

    jobs: Mapping[str, Job]
    stuck: Mapping[str, Job]

    def settled(self, name: str) -> bool:
        """Say whether nothing more will happen to a node by itself."""
        return self.jobs[name].state in queue.ENDED or name in self.stuck

    @property
    def done(self) -> int:
        """Return how many jobs have ended well."""
        return sum(job.state == "done" for job in self.jobs.values())

    @property
    def running(self) -> dict[str, Job]:
        """Return the jobs that run now."""
        return {name: job for name, job in self.jobs.items() if job.state == "running"}

    @property
    def held(self) -> dict[str, Job]:
        """Return the jobs that wait for somebody to release them."""
        return {name: job for name, job in self.jobs.items() if job.waits_for == "release"}

    @property
    def waiting(self) -> int:
        """Return how many jobs will run later."""
        states = ("queued", "waiting")
        return sum(
            job.state in states and name not in self.stuck for name, job in self.jobs.items()
        )


Watch = Callable[[Progress], None]


def progress(workspace: Workspace, steps: Sequence[Step]) -> Progress:
    """Look at the jobs once."""
    seen = Observation(workspace)
    jobs = {step.node.name: seen.get(step.job.id) for step in steps if step.job is not None}
    obstacles = {
        name: seen.obstacle(job) for name, job in jobs.items() if job.state not in queue.ENDED
    }
    return Progress(jobs, {name: job for name, job in obstacles.items() if job is not None})


def follow(
    workspace: Workspace,
    steps: Sequence[Step],
    watch: Watch,
    *,
    until: Collection[str] = (),
    every_s: float = 0.3,
) -> Progress:
    """Watch until all nodes (or those of `until`) are settled; keeps workers at work.

    A held job is waited for as well. Interrupting it leaves the jobs running. Raises JobError if
    workers do not start.
    """
    names = list(until) or [step.node.name for step in steps]
    idle_since = looked_at = time.monotonic()
    while True:
        seen, now = progress(workspace, steps), time.monotonic()
        watch(seen)
        if all(seen.settled(name) for name in names):
            return seen
        if not _lacks_workers(workspace, seen):
            idle_since = looked_at = now
        elif now - idle_since > GIVE_UP_S:
            raise JobError(
                f"No worker starts for the jobs of the study, which stay queued: see "
                f"{workspace.jobs_dir / 'worker.log'}."
            )
        elif now - looked_at > LOOK_AFTER_S:
            queue.ensure_workers(workspace)
            looked_at = now
        time.sleep(every_s)


def _lacks_workers(workspace: Workspace, seen: Progress) -> bool:
    """Say whether a job could run and no worker is there to take it."""
    if seen.running:
        return False
    wishes = {job.wished_device or "auto" for job in seen.jobs.values() if job.state == "queued"}
    return any(not queue.worker_runs(workspace, wish) for wish in wishes)
