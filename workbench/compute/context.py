"""What a job kind is given: the workspace, its parameters, progress, log and cancellation."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from store.workspace import Workspace
from workbench.compute.errors import Cancelled
from workbench.compute.flag import Flag

log = logging.getLogger("workbench.jobs")

Report = Callable[[str, int, int], None]
"""Takes a stage ("embedding images"), how much is done, and of how much."""

_REPORT_EVERY_S = 0.3


@dataclass(slots=True)
class JobContext:
    """The surroundings of one running job; the same for a worker and for a call in process.

    `device` is torch's name for the one device that the job may use: "cpu" or "cuda:0".
    """

    workspace: Workspace
    params: Mapping[str, Any]
    report: Report
    job_id: int | None = None
    device: str = "cpu"
    stop: Flag = field(default_factory=Flag)
    _stage: str = ""
    _reported_at: float = 0.0

    def progress(self, stage: str, done: int, total: int) -> None:
        """Report progress, at most a few times a second, and raise Cancelled if asked to stop."""
        self.check()
        now = time.monotonic()
        changed = stage != self._stage
        if changed:
            log.info("%s", stage)
        if changed or done >= total or now - self._reported_at >= _REPORT_EVERY_S:
            self._stage, self._reported_at = stage, now
            self.report(stage, done, total)

    def check(self) -> None:
        """Raise Cancelled if the job was asked to stop."""
        if self.stop.is_set():
            raise Cancelled("The job was cancelled; retry it to go on where it stopped.")
