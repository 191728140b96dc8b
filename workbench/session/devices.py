"""What can compute here: GPUs with their holders, cores, and the workers at work."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from store.workspace import Workspace
from workbench.compute.devices import cores
from workbench.presenters.text import plain
from workbench.session.errors import told
from workbench.views.devices import DevicesView, GpuView
from workbench.workers.gpus import Gpu, gpus
from workbench.workers.origin import user
from workbench.workers.placement import device_of
from workbench.workers.starting import at_work

EVERY_S = 3.0
"""The driver is asked no more often than this."""

LOOKS = 60
_GIB = float(1 << 30)
_UNUSED_BYTES = 1 << 30
"""A GPU without processes has less than this in use: the driver's own."""


class SessionDevices:
    """Looks at the devices; may be called from any thread, and as often as one likes."""

    def __init__(self, workspace: Workspace, clock: Callable[[], float]) -> None:
        self._workspace = workspace
        self._clock = clock
        self._lock = threading.Lock()
        self._at = float("-inf")
        self._seen: list[Gpu] = []
        self._busy: dict[str, deque[float]] = {}

    @told
    def look(self) -> DevicesView:
        """Return the devices as they were at most `EVERY_S` ago; workers as they are now."""
        with self._lock:
            now = self._clock()
            if now - self._at >= EVERY_S:
                self._at, self._seen = now, gpus()
                for gpu in self._seen:
                    self._busy.setdefault(gpu.uuid, deque(maxlen=LOOKS)).append(gpu.busy)
            workers = at_work(self._workspace, self._seen)
            return devices_view(
                self._seen,
                workers,
                {uuid: tuple(busy) for uuid, busy in self._busy.items()},
                cores(),
                user(),
            )


def devices_view(
    seen: Sequence[Gpu],
    workers: set[str],
    busy: dict[str, tuple[float, ...]],
    n_cores: int,
    me: str,
) -> DevicesView:
    """Make what was seen ready to draw; `me` is the user whose GPUs are "you"."""
    return DevicesView(
        gpus=tuple(
            GpuView(
                index=gpu.index,
                name=plain(gpu.name),
                who=_who(gpu, me),
                used_gib=(gpu.total_bytes - gpu.free_bytes) / _GIB,
                total_gib=gpu.total_bytes / _GIB,
                busy=gpu.busy,
                has_worker=device_of(gpu) in workers,
                history=busy.get(gpu.uuid, ()),
            )
            for gpu in seen
        ),
        cores=n_cores,
        workers=tuple(sorted(workers)),
    )


def _who(gpu: Gpu, me: str) -> str:
    users = list(dict.fromkeys(holder.user for holder in gpu.holders))
    if not users:
        return "free" if gpu.total_bytes - gpu.free_bytes < _UNUSED_BYTES else "others"
    first = "you" if users[0] == me else plain(users[0]).replace("?", "others")
    return first if len(users) == 1 else f"{first} +{len(users) - 1}"
