"""Which process is this, and does it still live?

A process is known by its id, its start time and the boot of the machine, so that a recycled id or
a reboot is never taken for a live job.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process of this machine; `started` in seconds since the epoch."""

    pid: int
    started: float
    boot_id: str


def boot_id() -> str:
    """Name the current boot of this machine."""
    if _BOOT_ID.exists():
        return _BOOT_ID.read_text().strip()
    return f"boot-{psutil.boot_time():.0f}"


def identity(pid: int | None = None) -> ProcessIdentity:
    """Identify a process (this one if `pid` is None); raises psutil.NoSuchProcess."""
    process = psutil.Process(pid if pid is not None else os.getpid())
    return ProcessIdentity(process.pid, process.create_time(), boot_id())


def alive(who: ProcessIdentity) -> bool:
    """Say whether exactly this process still runs (a zombie does not)."""
    if who.boot_id != boot_id():
        return False
    try:
        process = psutil.Process(who.pid)
        same = abs(process.create_time() - who.started) < 1.0
        return same and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
