"""What the job widgets draw."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.line import Tone

UNFINISHED = frozenset({"queued", "waiting", "running"})


@dataclass(frozen=True, slots=True)
class Progress:
    """A job as it was at a moment: what the shell compares and rates are measured from."""

    job_id: int
    kind: str
    state: str
    stage: str
    done: int
    total: int
    per_s: float | None = None

    @property
    def share(self) -> float | None:
        """How much of the stage is done, or None where that is not known."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def left_s(self) -> float | None:
        """Seconds left of the stage at the measured rate."""
        if not self.per_s or not self.total:
            return None
        return (self.total - self.done) / self.per_s


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job in a table; every text is safe to print."""

    job_id: int
    what: str
    state: str
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
    run_id: int | None = None
