"""How fast a job goes, measured over the last minute of its stage."""

from __future__ import annotations

from collections import deque

SETTLED_S = 10.0
"""A rate seen over less time than this says nothing yet."""

_WINDOW_S = 60.0
_APART_S = 1.0


class StageRate:
    """Units a second of the stage that a job is in."""

    def __init__(self) -> None:
        self._stage = ""
        self._seen: deque[tuple[float, int]] = deque()

    def update(self, stage: str, done: int, now: float) -> float | None:
        """Take a report at a time in seconds; returns the rate, None in the first seconds."""
        if stage != self._stage or (self._seen and done < self._seen[-1][1]):
            self._stage = stage
            self._seen.clear()
        if not self._seen or now - self._seen[-1][0] >= _APART_S:
            self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _WINDOW_S:
            self._seen.popleft()
        since, before = self._seen[0]
        if now - since < SETTLED_S or done == before:
            return None
        return (done - before) / (now - since)
