"""Killing the processes of a job at random, again and again, until it is done all the same."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from store.records.job import Job
from store.workspace import Workspace
from tests.survival.kept import Files, whole_files
from workbench.workers import queue

WORKER = "workbench.workers.worker"
LIMIT_S = 300.0
VICTIMS = ("job", "job", "job", "both", "both", "worker")
"""Who is killed, as often as it stands here: the job's process, its worker, or both at once."""


@dataclass
class Kills:
    """What was killed, and how the jobs stood then; `redone` should stay empty."""

    victims: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    redone: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many kills there were."""
        return self.victims.total()


@dataclass
class Watch:
    """Looks at a workspace's shards, and notes those that were made a second time."""

    workspace: Path
    seen: Files = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def look(self) -> list[str]:
        """Return the shards that are new although they had been there."""
        now = whole_files(self.workspace)
        redone = [name for name, mark in now.items() if self.seen.get(name, mark) != mark]
        redone += [name for name in now if name in self.gone]
        self.gone |= self.seen.keys() - now.keys()
        self.seen |= now
        return redone


def processes(workspace: Path, *modules: str) -> list[psutil.Process]:
    """Return the processes of a workspace that run one of the modules and live."""

    def wanted(process: psutil.Process) -> bool:
        command = process.info["cmdline"] or []
        return (
            str(workspace) in command
            and bool(set(modules) & set(command))
            and process.info["status"] != psutil.STATUS_ZOMBIE
        )

    return list(filter(wanted, psutil.process_iter(["cmdline", "status"])))


def kill(victims: list[psutil.Process]) -> int:
    """Kill processes at once and return how many lived until then."""
    killed = 0
    for process in victims:
        try:
            process.kill()
            killed += 1
        except psutil.NoSuchProcess:
            pass
    psutil.wait_procs(victims, timeout=10)
    return killed


def survive(
    workspace: Workspace, job_id: int, rng: random.Random, kills: Kills, most: int, span_s: float
) -> Job:
    """Kill a job at random moments, `most` times in all that `kills` counts, until it is done.

    A moment is up to `span_s` after its process started (one in three times), or after it said
    that it had begun to work: the imports before that take most of a short job's time.
    """
    watch = Watch(workspace.path)
    while True:
        _set_going(workspace, job_id)
        if kills.total >= most:
            job = _ended(workspace, job_id)
            kills.redone += watch.look()
            assert job.state == "done", job
            return job
        _wait_a_moment(workspace, job_id, rng, span_s)
        job = queue.status(workspace, job_id)
        if job.state == "done":
            kills.redone += watch.look()
            return job
        who = rng.choice(VICTIMS)
        modules = {"job": [queue.CHILD], "worker": [WORKER], "both": [WORKER, queue.CHILD]}[who]
        if not kill(processes(workspace.path, *modules)):
            continue
        kills.redone += watch.look()
        kills.victims[who] += 1
        kills.stages[re.sub(r"^(suggesting) .*", r"\1", job.stage) or "starting"] += 1
        if who != "worker":
            kills.states[_settled(workspace, job_id).state] += 1


def _set_going(workspace: Workspace, job_id: int) -> None:
    """Retry a job that was killed; start a worker for one that has none."""
    if _settled(workspace, job_id).state in ("failed", "lost"):
        queue.retry(workspace, job_id)
    queue.ensure_workers(workspace)


def _settled(workspace: Workspace, job_id: int) -> Job:
    """Return a job once it is not running without a process: its worker may be storing its end."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        job = queue.status(workspace, job_id)
        if job.state != "running" or processes(workspace.path, queue.CHILD):
            return job
        time.sleep(0.02)
    return queue.status(workspace, job_id)


def _ended(workspace: Workspace, job_id: int) -> Job:
    return queue.wait(workspace, job_id, lambda _: None)


def _wait_a_moment(workspace: Workspace, job_id: int, rng: random.Random, span_s: float) -> None:
    from_start, delay_s = rng.random() < 1 / 3, rng.uniform(0, span_s)
    give_up = time.monotonic() + LIMIT_S
    began: float | None = None
    while time.monotonic() < give_up:
        job = queue.status(workspace, job_id)
        if job.state in queue.ENDED:
            return
        at_work = job.state == "running" and _loaded(workspace, job)
        if began is None and (from_start or at_work):
            began = time.monotonic()
        if began is not None and time.monotonic() - began >= delay_s:
            return
        queue.ensure_workers(workspace)
        time.sleep(0.01)
    raise AssertionError(f"job {job_id} neither begins nor ends: {job}")


def _loaded(workspace: Workspace, job: Job) -> bool:
    """Say whether the job's present attempt has logged anything behind loading its model."""
    log = queue.log_path(workspace, job.id)
    text = log.read_text("utf-8", "replace") if log.exists() else ""
    attempt = text.partition(f"attempt {job.attempts},")[2]
    return attempt.partition("loading the model\n")[2] != ""
