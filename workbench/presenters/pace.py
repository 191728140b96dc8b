"""How fast cases are decided, and how long those that are left will take."""

from __future__ import annotations

import statistics
from collections import deque

from workbench.presenters.when import duration

LAST, LEAST = 20, 10
PAUSE_S = 120.0
"""Who thinks longer than this about a case has done something else."""


class Pace:
    """The time between decisions, pauses left out; the median of the last ones is what counts."""

    def __init__(self) -> None:
        self._at: float | None = None
        self._decided, self._spent = 0, 0.0
        self._took: deque[float] = deque(maxlen=LAST)

    def begin(self, at: float) -> None:
        """Note when the first case was shown; later calls change nothing."""
        if self._at is None:
            self._at = at

    def decided(self, at: float) -> None:
        """Note a decision at a time in seconds."""
        self._decided += 1
        if self._at is not None and 0 <= at - self._at < PAUSE_S:
            self._took.append(at - self._at)
            self._spent += at - self._at
        self._at = at

    def left(self, cases: int) -> str:
        """Say how long so many cases will take: "~12 min"; "" before that can be said."""
        if len(self._took) < LEAST or not cases:
            return ""
        minutes = cases * statistics.median(self._took) / 60
        if minutes < 1:
            return "<1 min"
        return f"~{minutes:.0f} min" if minutes < 90 else f"~{minutes / 60:.0f} h"

    @property
    def each(self) -> str:
        """Say what a case takes: "6.1 s each"; "" before that can be said."""
        return f"{statistics.median(self._took):.1f} s each" if len(self._took) >= LEAST else ""

    def sentence(self, cases: int) -> str:
        """Say the rate and what is left: "last 20 decisions 6.1 s each: about 40 min left"."""
        left = self.left(cases).replace("~", "about ")
        if not self.each:
            return ""
        return f"last {len(self._took)} decisions {self.each}" + (f": {left} left" if left else "")

    def whole(self) -> str:
        """Say how many were decided here, and in which time, pauses left out."""
        if self._decided < 2:
            return ""
        each = f", {self.each}" if self.each else ""
        return f"{self._decided:,} of them now, in {duration(self._spent)}{each}"
