"""Kernel file locks: held as long as a process lives, freed by the kernel however it ends.

`flock` rather than `fcntl`'s record locks: it belongs to the open file, so a child can inherit it,
and a process that merely opens and closes the same file does not lose it. On NFS the kernel turns
it into a lock at the server (Linux 2.6.12 and later), which needs a descriptor that can write for
an exclusive lock and one that can read for a shared one: flock(2).
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.compute.errors import JobError

_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})
_AGAIN_S = 0.002

GLANCE_S = 0.02
"""A lock that somebody is just looking at is free again before this."""


def try_lock(path: Path, wait_s: float = 0.0) -> int | None:
    """Take an exclusive lock, trying for `wait_s` seconds; return its descriptor, or None.

    The lock belongs to the open file: a child that inherits the descriptor keeps it held.
    Raises JobError where the file system has no locks, or the file cannot be written.
    """
    deadline = time.monotonic() + wait_s
    while True:
        descriptor = _open(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(descriptor, path):
                return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(min(0.05, wait_s) or _AGAIN_S)
        except OSError as error:
            os.close(descriptor)
            raise _refusal(path, error) from error
        os.close(descriptor)


def release(descriptor: int) -> None:
    """Give a lock back."""
    os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Say whether some process holds the lock; writes nothing, so it works in a read-only place.

    Whoever takes the lock at this very moment is disturbed by the shared lock of this look and has
    to try again. Where there are no locks at all, nobody holds one.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # it cannot be told: a live job must not be taken for a dead one
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        return error.errno not in _NO_LOCKS
    finally:
        os.close(descriptor)
    return False


@contextmanager
def holding(path: Path, refusal: str, wait_s: float = 0.2) -> Iterator[None]:
    """Hold a lock during the block; raises JobError with the sentence if somebody else has it."""
    lock = try_lock(path, wait_s)
    if lock is None:
        raise JobError(refusal)
    try:
        yield
    finally:
        release(lock)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise JobError(f"{path}: the lock cannot be made: {error.strerror}.") from error


def _is_at(descriptor: int, path: Path) -> bool:
    """Say whether the path still leads to the open file: it may have been deleted and made anew."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _refusal(path: Path, error: OSError) -> JobError:
    if error.errno in _NO_LOCKS:
        return JobError(
            f"{path.parent} lies on a file system without file locks ({error.strerror}), without "
            "which two workers could take one job: put the workspace on a local disk, or mount "
            "the file system with locks."
        )
    return JobError(f"{path}: the lock cannot be taken: {error.strerror}.")
