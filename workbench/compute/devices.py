"""Which device a job works on, what it is called, and the most memory that was taken."""

from __future__ import annotations

import os
import platform
import re
import resource
import sys
from pathlib import Path

_GPU_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
_CPU_FACTS = Path("/proc/cpuinfo")


def resolve_device(wish: str) -> str:
    """Turn "auto" into the best device of this machine."""
    if wish != "auto":
        return wish
    if not any(Path(driver).exists() for driver in _GPU_DRIVERS):
        return "cpu"  # without asking torch, which takes seconds to import
    import torch

    return "cuda:0" if torch.cuda.is_available() else "cpu"


def device_name(device: str) -> str:
    """Name the hardware behind a device; of a processor also the cores that may be used."""
    if device.startswith("cuda"):
        import torch

        return torch.cuda.get_device_name(device)
    text = _CPU_FACTS.read_text() if _CPU_FACTS.exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", text)
    return f"{model[1] if model else platform.machine()}, {cores()} cores"


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def peak_host_bytes() -> int:
    """Return the most memory this process has had so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def peak_device_bytes(device: str) -> int | None:
    """Return the most memory of a GPU that tensors of this process have had so far."""
    if not device.startswith("cuda"):
        return None
    import torch

    return torch.cuda.max_memory_allocated(device)
