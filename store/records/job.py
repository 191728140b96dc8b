"""Background work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

JobState = Literal["queued", "waiting", "running", "done", "failed", "cancelled", "lost"]


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of background work as stored; whether it lives is for `workbench.workers` to say.

    `wished_device` is what was asked for, `device` the one it runs (or last ran) on. The queue goes
    by `priority`, highest first, then by `place`. `cancel_requested` is 1 once it was asked to
    stop, 2 to be killed. `per_s` is the measured rate of the stage, None until it is known.
    """

    id: int
    kind: str
    params: Mapping[str, Any]
    state: JobState
    done: int
    total: int
    stage: str
    per_s: float | None
    wished_device: str | None
    device: str | None
    priority: int
    place: int
    held: bool
    attempts: int
    host: str | None
    pid: int | None
    pid_started: float | None
    boot_id: str | None
    parents: tuple[int, ...]
    study: str | None
    origin: Mapping[str, Any]
    result: Mapping[str, Any]
    error: str | None
    cancel_requested: int
    created_at: str
    started_at: str | None
    ended_at: str | None
    waits_for: str | None = None  # not stored: what keeps it from running, in words
