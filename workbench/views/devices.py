"""What can compute here, as the Jobs screen draws it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GpuView:
    """A GPU; `who` holds most of it ("you", "mh", "free"), `busy` is a share, oldest look first.

    Every text is safe to print.
    """

    index: int
    name: str
    who: str
    used_gib: float
    total_gib: float
    busy: float
    has_worker: bool = False
    history: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class DevicesView:
    """The GPUs and cores of this host, and which devices have a worker of this workspace."""

    gpus: tuple[GpuView, ...] = ()
    cores: int = 1
    workers: tuple[str, ...] = ()
