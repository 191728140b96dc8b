"""Keeps the memory of the process small, at times when nobody waits for it."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Parameters of glibc's mallopt(3)."""
LARGE_BYTES = 128 * 1024
"""What mallopt begins with; left alone, it grows with the arrays that were freed."""
RESTS_S = (2.0, 12.0)
"""The first is longer than between two keys of who works, the second than most reading takes."""


def keep_heap_small() -> None:
    """Give back what is freed at the end of the heap: a heap for each thread kept 350 MiB.

    Only where the C library is glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, LARGE_BYTES)


def trim_heap() -> None:
    """Give back what is free in the middle of the heap too, some milliseconds' work."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class Upkeep:
    """Says when the keys rest, and looks for garbage then instead of under a key.

    To look through all objects takes 50 ms and more, and the interpreter does it whenever many were
    made, as by a key that shows another screen. What is left after a rest is not looked through
    until the next one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.used()

    def used(self) -> None:
        """Note that a key was pressed."""
        self._used_at = self._clock()
        self._rests = list(RESTS_S)

    @property
    def resting(self) -> bool:
        """Whether no key was pressed for as long as the first rest takes."""
        return self._clock() - self._used_at >= RESTS_S[0]

    def rests(self) -> bool:
        """Say whether one of the rests has passed since, each once, and collect garbage if so."""
        if not self._rests or self._clock() - self._used_at < self._rests[0]:
            return False
        del self._rests[0]
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return True
