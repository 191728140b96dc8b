"""How a job's process ended, in words: out of memory, killed, crashed, or asked to stop."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from store.errors import FULL_NUMBERS, StoreError

OUT_OF_MEMORY = (
    "memory ran out: retry it with a smaller --batch-size, or free memory; what was finished is "
    "kept."
)
NOT_STORED = os.EX_IOERR
"""The exit code of a job whose end could not be stored: its worker tries that again."""

_CRASHES = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE})


def out_of_memory_kills(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> int:
    """Return how many processes the kernel has killed because memory ran out.

    The sum of what the whole machine counts and what this control group does (version 1 or 2): in
    a container only one of them may be readable. Only a difference of two sums means anything.
    """
    total = _count(proc / "vmstat")
    with suppress(OSError):
        for line in (proc / "self" / "cgroup").read_text().splitlines():
            number, controllers, group = line.split(":", 2)
            if number == "0":
                total += _count(cgroups / group.lstrip("/") / "memory.events")
            elif "memory" in controllers.split(","):
                total += _count(cgroups / "memory" / group.lstrip("/") / "memory.oom_control")
    return total


def killed_or_crashed(code: int, job_id: int, *, memory_ran_out: bool) -> str:
    """Say why a process that could not tell it itself has ended with an exit code."""
    if code == -signal.SIGKILL and memory_ran_out:
        return f"The job was killed by the system because {OUT_OF_MEMORY}"
    if code == -signal.SIGKILL:
        return (
            "The job was killed from outside (SIGKILL), not for lack of memory: retry resumes it "
            "where it stopped."
        )
    log = f"see `workbench jobs logs {job_id}`"
    if code < 0 and -code in _CRASHES:
        return (
            f"The job crashed ({signal.Signals(-code).name}), in a library rather than in Python: "
            f"{log} for where, and retry it; if it crashes again, try another --device."
        )
    if code < 0:
        name = signal.strsignal(-code) or "unknown"
        return f"The job was ended by signal {-code} ({name}): retry resumes it; {log}."
    return f"The job ended with exit code {code}: {log}."


def not_stored(workspace: Path) -> str:
    """Say why a job that could not write its row has ended."""
    return (
        f"{workspace} could not be written while the job ran: free space there, and see that it "
        "is not read-only, then retry: what was finished is kept."
    )


def not_started(error: OSError | StoreError) -> str:
    """Say why a job has no process: its log cannot be opened, or there is no process to be had."""
    what = str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        what = f"{where}{error.strerror or error}"
    return f"The job's process could not be started: {what}; put that right, then retry."


def cause(error: Exception, job_id: int) -> str:
    """Say what an error that nobody foresaw means."""
    # torch has no type for it: "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: ...".
    if isinstance(error, MemoryError) or "DefaultCPUAllocator" in str(error):
        return f"The job ended because {OUT_OF_MEMORY}"
    if isinstance(error, OSError) and error.errno in FULL_NUMBERS:
        where = f" ({error.filename})" if error.filename else ""
        return (
            f"The disk is full{where}: {error.strerror}; free space, then retry: what was finished "
            "is kept."
        )
    return f"{type(error).__name__}: {error} (see `workbench jobs logs {job_id}`)"


def _count(path: Path) -> int:
    with suppress(OSError):
        for line in path.read_text().splitlines():
            name, _, value = line.partition(" ")
            if name == "oom_kill" and value.isdecimal():
                return int(value)
    return 0
