"""Who has a workspace open in a terminal: a lock that the kernel frees, and who holds it.

Several at once are safe; the lock is there so that the second one is asked what it wants.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import psutil

from workbench.compute.errors import JobError
from workbench.compute.locks import release, try_lock
from workbench.views.presence import Presence
from workbench.workers.process import ProcessIdentity, alive, identity

LOCK = "open.lock"
PATIENCE_S = 10.0
"""How long the other one may take to end."""


@contextmanager
def present(workspace: Path, annotator: str) -> Iterator[Presence | None]:
    """Hold the workspace's lock during the block; yield who holds it already, None if nobody."""
    try:
        lock = try_lock(workspace / LOCK)
    except JobError:  # a place without locks, or that cannot be written to: nobody can tell
        yield None
        return
    if lock is None:
        yield _owner(workspace / LOCK)
        return
    try:
        me = Presence(
            **asdict(identity()), annotator=annotator, terminal=_terminal(), since=time.time()
        )
        os.ftruncate(lock, 0)
        os.write(lock, json.dumps(asdict(me)).encode())
        yield None
    finally:
        release(lock)


def end(other: Presence) -> bool:
    """Ask another terminal to end as SIGTERM does: it saves its place; say whether it is gone."""
    who = ProcessIdentity(other.pid, other.started, other.boot_id, other.host)
    if not alive(who):
        return False
    with suppress(ProcessLookupError, PermissionError):
        os.kill(who.pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_S
    while alive(who):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _owner(lock: Path) -> Presence:
    try:
        return Presence(**json.loads(lock.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Presence()  # it is only just beginning


def _terminal() -> str:
    with suppress(OSError, ValueError):
        return os.ttyname(sys.stdin.fileno()).removeprefix("/dev/")
    with suppress(psutil.Error):
        return (psutil.Process().terminal() or "").removeprefix("/dev/")
    return ""
