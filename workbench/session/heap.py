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
REST_S = 2.0
"""Longer than between two keys of somebody who works."""


def keep_heap_small() -> None:
    """Give back what is freed at the end of the heap: a heap for each thread kept 350 MiB.

    Only where the C library is glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, LARGE_BYTES)


class Upkeep:
    """Looks for garbage and gives memory back once the keys rest, not under a key.

    To look through all objects takes 50 ms and more, and the interpreter does it whenever many were
    made, as by a key that shows another screen. What is left after a rest is not looked through
    until the next one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used_at = clock()
        self._due = True

    def used(self) -> None:
        """Note that a key was pressed."""
        self._used_at = self._clock()
        self._due = True

    def look(self) -> bool:
        """Do it if the keys have rested since the last one, and say whether; once a rest."""
        if not self._due or self._clock() - self._used_at < REST_S:
            return False
        self._due = False
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)  # what is free in the middle of the heap
        return True
