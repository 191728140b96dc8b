"""Files that are complete or not there: a temporary name, flushed to disk, then renamed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from store.errors import FULL, FULL_NUMBERS, WorkspaceUnusable


@contextmanager
def written(target: Path) -> Iterator[IO[bytes]]:
    """Write a file in the block; it is on disk under its name, whole, when the block ends."""
    unfinished: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: two processes may write the same file, the later rename wins.
        # Not of `tempfile`, whose files their owner alone may read: a workspace may be a group's.
        begun = target.with_name(f"{target.name}.{secrets.token_hex(8)}.tmp")
        with begun.open("xb") as file:
            unfinished = begun
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise WorkspaceUnusable(f"{target}: {_cause(error)}") from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def whole_array(path: Path, dtype: np.dtype[Any], ndim: int) -> NDArray[Any] | None:
    """Return a file's array read-only from disk, None if it is torn, of another kind or missing."""
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except (FileNotFoundError, NotADirectoryError, ValueError, EOFError):
        return None
    if not isinstance(found, np.ndarray) or found.ndim != ndim or found.dtype != dtype:
        return None
    # numpy maps what the header promises; a longer file was written by someone else.
    header = int(getattr(found, "offset", 0))
    if not found.flags.c_contiguous or path.stat().st_size != found.nbytes + header:
        return None
    return found


def _cause(error: OSError) -> str:
    # numpy's writing has no number: it only says how much came through.
    if error.errno is None or error.errno in FULL_NUMBERS:
        return FULL
    return error.strerror or str(error)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
