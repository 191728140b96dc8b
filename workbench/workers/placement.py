"""Which devices get a worker for which jobs, and what a job waits for that no device takes.

Pure: takes what was seen of the GPUs and the workers, touches neither.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from workbench.workers.gpus import Gpu

WISHES = re.compile(r"auto|(cpu|cuda)(:(0|[1-9]\d{0,3}))?")
ANY_GPU = "cuda"
"""A worker that has no GPU yet: it waits for the first that is free."""

FREE_BYTES = 4 << 30
"""A GPU with less free memory than this, or than half of its memory, is somebody else's."""


def device_of(gpu: Gpu) -> str:
    """Name a GPU as a device."""
    return f"cuda:{gpu.index}"


def lock_name(device: str, gpus: Sequence[Gpu]) -> str:
    """Name what a worker of a device locks: a GPU by its UUID."""
    return next((gpu.uuid for gpu in gpus if device_of(gpu) == device), device)


def wishes_of(device: str, gpus: Sequence[Gpu]) -> list[str]:
    """Return the wishes that a worker of a device meets; "auto" is the processor without a GPU."""
    family = device.partition(":")[0]
    auto = ["auto"] if family == "cuda" or not gpus else []
    return [*dict.fromkeys((device, family)), *auto]


def free(gpus: Sequence[Gpu], at_work: Collection[str]) -> list[Gpu]:
    """Return the GPUs without a worker and with enough memory, the most free memory first."""
    able = [
        gpu
        for gpu in gpus
        if device_of(gpu) not in at_work and gpu.free_bytes >= min(FREE_BYTES, gpu.total_bytes // 2)
    ]
    return sorted(able, key=lambda gpu: (-gpu.free_bytes, gpu.busy, gpu.index))


def to_start(wishes: Sequence[str], gpus: Sequence[Gpu], at_work: Collection[str]) -> list[str]:
    """Return the devices that need a worker, given the wishes of the jobs that could run now.

    A job for any GPU gets one of its own as long as there are free ones. Where none is left, one
    worker (ANY_GPU) waits for the next.
    """
    here = {device_of(gpu) for gpu in gpus}
    devices = ["cpu" if wish == "auto" and not gpus else wish for wish in wishes]
    named = [one for one in dict.fromkeys(devices) if one in here or one.startswith("cpu")]
    started = [device for device in named if device not in at_work]
    taken = {*at_work, *started}
    able = [device_of(gpu) for gpu in free(gpus, taken)]
    wanted = sum(device in ("auto", ANY_GPU) for device in devices)
    started += able[:wanted]
    if wanted > len(able) and ANY_GPU not in at_work and not here <= {*taken, *able}:
        started.append(ANY_GPU)
    return started


def lacks(wish: str, gpus: Sequence[Gpu], at_work: Collection[str]) -> str | None:
    """Say what a job waits for because no device takes it; None if one does or will."""
    if wish.startswith("cpu") or (wish == "auto" and not gpus):
        return None
    if not gpus:
        return "a GPU: this machine has none"
    if wish not in ("auto", ANY_GPU):
        here = ", ".join(map(device_of, gpus))
        known = wish in map(device_of, gpus)
        return None if known else f"{wish}: this machine has {here}"
    if free(gpus, at_work) or any(device_of(gpu) in at_work for gpu in gpus):
        return None
    return "a free GPU: " + ", ".join(map(_held, gpus))


def _held(gpu: Gpu) -> str:
    used = (gpu.total_bytes - gpu.free_bytes) / 2**30
    who = gpu.holders[0].user if gpu.holders else "others"
    return f"GPU{gpu.index} held by {who} {used:.1f} of {gpu.total_bytes / 2**30:.0f} GiB"
