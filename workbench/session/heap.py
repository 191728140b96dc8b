"""Memory of the C library that was freed goes back to the system; nothing where it is not glibc."""

from __future__ import annotations

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Parameters of glibc's mallopt(3)."""
LARGE_BYTES = 128 * 1024
"""What mallopt begins with; left alone, it grows with the arrays that were freed."""


def keep_heap_small() -> None:
    """Give back what is freed at the end of the heap: a heap for each thread kept 350 MiB."""
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
