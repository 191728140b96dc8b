"""Which process is this, and does it still live?

A process is known by its host, its id, its start time and the boot of the machine, so that a
recycled id or a reboot is never taken for a live job. Containers of one machine share its boot but
not its process ids, so the boot's name includes the namespace of the ids.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process; `started` in seconds since the epoch."""

    pid: int
    started: float
    boot_id: str
    host: str


def host_name() -> str:
    """Name this machine, or this container."""
    return socket.gethostname() or "localhost"


def boot_id() -> str:
    """Name the current boot of this machine, and the namespace that ids are counted in."""
    boot = f"boot-{psutil.boot_time():.0f}"
    with suppress(OSError):
        boot = _BOOT_ID.read_text().strip()
    with suppress(OSError):
        return f"{boot}/{os.readlink(_NAMESPACE)}"  # noqa: PTH115, a link to no path
    return boot


def identity(pid: int | None = None) -> ProcessIdentity:
    """Identify a process (this one if `pid` is None); raises psutil.NoSuchProcess."""
    process = psutil.Process(pid if pid is not None else os.getpid())
    return ProcessIdentity(process.pid, process.create_time(), boot_id(), host_name())


def alive(who: ProcessIdentity) -> bool:
    """Say whether exactly this process still runs here (a zombie does not)."""
    if who.boot_id != boot_id() or who.host != host_name():
        return False
    try:
        process = psutil.Process(who.pid)
        same = abs(process.create_time() - who.started) < 1.0
        return same and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
