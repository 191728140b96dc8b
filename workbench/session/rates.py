"""How fast jobs go, measured from what was seen of them."""

from __future__ import annotations

from collections.abc import Callable

from workbench.views.job import Progress

SETTLED_S = 10.0
"""A rate seen over less time than this says nothing yet."""


class RateMeter:
    """Items a second of each job's stage since it was first seen."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._first: dict[int, tuple[str, int, float]] = {}

    def rate(self, job: Progress) -> float | None:
        """Return the rate of the stage, or None in its first seconds."""
        now = self._clock()
        stage, done, at = self._first.get(job.job_id, ("", 0, 0.0))
        if stage != job.stage or done > job.done:
            self._first[job.job_id] = (job.stage, job.done, now)
            return None
        if now - at < SETTLED_S or job.done == done:
            return None
        return (job.done - done) / (now - at)
