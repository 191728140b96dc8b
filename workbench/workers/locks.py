"""Kernel file locks: held as long as a process lives, freed by the kernel however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path


def try_lock(path: Path, wait_s: float = 0.0) -> int | None:
    """Take an exclusive lock, trying for `wait_s` seconds; return its descriptor, or None.

    The lock belongs to the open file: a child that inherits the descriptor keeps it held.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(0.05)


def release(descriptor: int) -> None:
    """Give a lock back."""
    os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Say whether some process holds the lock."""
    descriptor = try_lock(path)
    if descriptor is None:
        return True
    release(descriptor)
    return False
