"""What of a study is there already, and the queueing of the rest.

A node is the newest job with its kind and parameters, whoever asked for it. So running a study
again finds its jobs, and a change in the file makes only those that differ. A job that waits for a
failed one which the study no longer has is not its node: nothing would ever retry that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from store.errors import NotFound
from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.locks import holding
from workbench.studies.graph import Node, ResultOf
from workbench.workers import queue
from workbench.workers.observed import Observation
from workbench.workers.references import reference

Wish = Literal["there", "under way", "again", "new"]
"""What has to happen to a node: nothing, waiting, a retry of its job, or a job."""


@dataclass(frozen=True, slots=True)
class Step:
    """A node with its job, None where there is none yet."""

    node: Node
    job: Job | None
    wish: Wish


def look(workspace: Workspace | None, nodes: Sequence[Node]) -> tuple[Step, ...]:
    """Find out what is there; changes nothing. Without a workspace everything is new."""
    steps: list[Step] = []
    jobs: dict[str, Job] = {}
    for node in nodes:
        step = Step(node, None, "new")
        if workspace is not None and all(name in jobs for name in node.needs):
            step = _found(workspace, node, jobs)
        if step.job is not None:
            jobs[node.name] = step.job
        steps.append(step)
    return tuple(steps)


def queue_study(
    workspace: Workspace,
    name: str,
    nodes: Sequence[Node],
    *,
    retry: bool = True,
    priority: int = 0,
) -> tuple[Step, ...]:
    """Queue what is not there and, with `retry`, again what did not end well.

    Returns the steps, all with their jobs. `priority` is that of new jobs.

    `wish` says what was done. Two at a time would queue everything twice, so they take turns.
    """
    workspace.jobs_dir.mkdir(parents=True, exist_ok=True)
    refusal = f"Another command is queueing a study in {workspace.path}: try again in a moment."
    with holding(workspace.jobs_dir / "study.lock", refusal, wait_s=30):
        return _queued(workspace, name, nodes, retry, priority)


def _queued(
    workspace: Workspace, name: str, nodes: Sequence[Node], retry: bool, priority: int
) -> tuple[Step, ...]:
    steps: list[Step] = []
    jobs: dict[str, Job] = {}
    for node in nodes:
        step = _found(workspace, node, jobs)
        job = step.job
        if job is None:
            _cancel_stuck(workspace, name, node, jobs)
            job = queue.submit(
                workspace,
                node.kind,
                _params(node, jobs),
                device=node.device,
                parents=[jobs[need].id for need in node.needs],
                priority=priority,
                study=name,
            )
        elif step.wish == "again" and retry:
            job = queue.retry(workspace, job.id)
        jobs[node.name] = job
        steps.append(Step(node, job, step.wish))
    return tuple(steps)


def _found(workspace: Workspace, node: Node, jobs: Mapping[str, Job]) -> Step:
    job = workspace.jobs.find(node.kind, _params(node, jobs))
    if job is None:
        return Step(node, None, "new")
    look = Observation(workspace)
    job = look.get(job.id)
    if job.state == "done":
        usable = _is_there(workspace, job) and not _changed_since(node, job)
        return Step(node, job, "there") if usable else Step(node, None, "new")
    obstacle = None if job.state == "running" else look.obstacle(job)
    if obstacle is not None and obstacle.id not in {one.id for one in jobs.values()}:
        return Step(node, None, "new")
    if job.state in queue.ENDED:
        return Step(node, job, "again")
    return Step(node, job, "under way")


def _cancel_stuck(workspace: Workspace, name: str, node: Node, jobs: Mapping[str, Job]) -> None:
    """Cancel the study's own job for a node that a new one replaces, as it would wait for ever."""
    job = workspace.jobs.find(node.kind, _params(node, jobs))
    if job is not None and job.state == "queued" and job.study == name:
        queue.cancel(workspace, job.id)


def _params(node: Node, jobs: Mapping[str, Job]) -> dict[str, Any]:
    return {
        name: reference(jobs[value.node].id, value.name) if isinstance(value, ResultOf) else value
        for name, value in node.params.items()
    }


def _is_there(workspace: Workspace, job: Job) -> bool:
    """Say whether what a job made has not been removed since."""
    lookups = {
        "dataset_id": workspace.datasets.get,
        "run_id": workspace.runs.get,
        "itc_run_id": workspace.runs.get,
        "captioning_id": workspace.captionings.get,
    }
    try:
        for name, value in job.result.items():
            if name in lookups:
                lookups[name](int(value))
    except NotFound:
        return False
    return True


def _changed_since(node: Node, job: Job) -> bool:
    """Say whether the file that a job imported was written after the job was asked for."""
    source = node.params.get("source")
    if source is None or not Path(source).exists():
        return False
    written = datetime.fromtimestamp(Path(source).stat().st_mtime, UTC)
    asked = datetime.fromisoformat(job.created_at)  # in whole seconds
    return written >= asked + timedelta(seconds=1)
