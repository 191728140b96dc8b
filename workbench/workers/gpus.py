"""The NVIDIA GPUs that this process may use: how much memory is free, and who has the rest.

Read from the driver's library (NVML); without a driver there are none.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

_FRESH_S = 1.0
_looked: tuple[float, str | None, list[Gpu]] | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has memory of a GPU; `user` is "?" where it cannot be told."""

    pid: int
    user: str
    used_bytes: int


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU, or a slice of one (MIG); `busy` is the share of time that it computed, 0 to 1.

    `holders` come with the largest first. `index` is the driver's number, as nvidia-smi shows it;
    where GPUs are sliced the slices are counted instead.
    """

    index: int
    uuid: str
    name: str
    total_bytes: int
    free_bytes: int
    busy: float
    holders: tuple[Holder, ...] = ()


def gpus() -> list[Gpu]:
    """Return the GPUs that CUDA_VISIBLE_DEVICES leaves, in the order of their numbers.

    A second look within a second returns what the first one saw.
    """
    global _looked
    now, allowed = time.monotonic(), os.environ.get("CUDA_VISIBLE_DEVICES")
    if _looked is None or now - _looked[0] > _FRESH_S or _looked[1] != allowed:
        _looked = (now, allowed, visible(_read(), allowed))
    return list(_looked[2])


def visible(found: Sequence[Gpu], allowed: str | None) -> list[Gpu]:
    """Return what a value of CUDA_VISIBLE_DEVICES leaves: numbers or (the start of) UUIDs.

    As in CUDA, everything behind an entry that is no GPU is left out.
    """
    if allowed is None:
        return list(found)
    left = []
    for entry in (part.strip() for part in allowed.split(",")):
        if entry.isdecimal():
            matching = list(found[int(entry) : int(entry) + 1])
        else:
            matching = [gpu for gpu in found if entry and gpu.uuid.startswith(entry)]
        if len(matching) != 1:
            break
        left += matching
    return sorted(set(left), key=lambda gpu: gpu.index)


def _read() -> list[Gpu]:
    try:
        ctypes.CDLL("libnvidia-ml.so.1")  # which pynvml loads too; alone it takes 3 MiB
    except OSError:
        return []
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []
    try:
        return [_gpu(pynvml, number, handle) for number, handle in enumerate(_handles(pynvml))]
    except pynvml.NVMLError:
        return []
    finally:
        pynvml.nvmlShutdown()


def _handles(nvml: Any) -> Iterator[Any]:
    """Yield the GPUs that answer, and instead of a sliced one its slices."""
    for index in range(nvml.nvmlDeviceGetCount()):
        try:
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
        except nvml.NVMLError:
            continue  # another's, or one that has failed
        slices = list(_slices(nvml, handle))
        yield from slices or [handle]


def _slices(nvml: Any, handle: Any) -> Iterator[Any]:
    try:
        if nvml.nvmlDeviceGetMigMode(handle)[0] != nvml.NVML_DEVICE_MIG_ENABLE:
            return
        places = nvml.nvmlDeviceGetMaxMigDeviceCount(handle)
    except nvml.NVMLError:
        return
    for place in range(places):
        try:
            yield nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, place)
        except nvml.NVMLError:
            continue  # an empty place


def _gpu(nvml: Any, index: int, handle: Any) -> Gpu:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    try:
        busy = nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    except nvml.NVMLError:
        busy = 0.0  # not told for slices
    return Gpu(
        index=index,
        uuid=_text(nvml.nvmlDeviceGetUUID(handle)),
        name=_text(nvml.nvmlDeviceGetName(handle)),
        total_bytes=int(memory.total),
        free_bytes=int(memory.free),
        busy=busy,
        holders=_holders(nvml, handle),
    )


def _holders(nvml: Any, handle: Any) -> tuple[Holder, ...]:
    try:
        processes = nvml.nvmlDeviceGetComputeRunningProcesses(handle)
    except nvml.NVMLError:
        return ()
    # The memory is None where the driver hides it, as in some containers.
    found = [Holder(one.pid, _user(one.pid), int(one.usedGpuMemory or 0)) for one in processes]
    return tuple(sorted(found, key=lambda holder: -holder.used_bytes))


def _user(pid: int) -> str:
    try:
        return str(psutil.Process(pid).username())
    except (psutil.Error, KeyError):
        return "?"


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
