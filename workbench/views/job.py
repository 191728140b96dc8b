"""What the job widgets draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.views.line import Tone

UNFINISHED = frozenset({"queued", "waiting", "running"})

Verb = Literal["cancel", "kill", "retry", "hold", "release", "delete"]
"""What can be done with jobs."""

KILL_AFTER_S = 10.0
"""How long a job may take to stop before killing it is offered."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A job as it was at a moment: what the shell compares.

    `per_s` is the measured rate of the stage, None until it is known. `overdue` is a job that was
    asked to stop and has not.
    """

    job_id: int
    kind: str
    state: str
    stage: str
    done: int
    total: int
    per_s: float | None = None
    overdue: bool = False

    @property
    def share(self) -> float | None:
        """How much of the stage is done, or None where that is not known."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def left_s(self) -> float | None:
        """Seconds left of the stage at the measured rate."""
        if not self.per_s or not self.total:
            return None
        return max(0, self.total - self.done) / self.per_s


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job in a table; every text is safe to print.

    `state` is one word, `words` the state with what it waits for or failed of, `short` is `what`
    for a narrow table, `code` the code it was queued with, `at` when it last moved (ISO).
    """

    job_id: int
    what: str
    short: str
    state: str
    words: str
    tone: Tone
    stage: str
    done: str
    rate: str
    eta: str
    device: str
    since: str
    took: str
    remark: str
    finished: bool
    attempts: int = 0
    study: str = ""
    code: str = ""
    held: bool = False
    overdue: bool = False
    run_id: int | None = None
    kind: str = ""
    at: str = ""

    @property
    def in_queue(self) -> bool:
        """Whether it is queued, so that it can be held or moved."""
        return self.state in ("queued", "waiting")


@dataclass(frozen=True, slots=True)
class LogTail:
    """The last lines of a log, each safe to print; `whole` if there are no others."""

    lines: tuple[str, ...] = ()
    size_bytes: int = 0
    whole: bool = True
