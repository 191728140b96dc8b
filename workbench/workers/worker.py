"""The worker: takes queued jobs one after another and runs each in a child of its own.

One worker a device, which holds a kernel lock; a second one ends at once. The child inherits the
lock, and the job's: the device stays taken, and the job running, as long as the child lives.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from store.errors import StoreError
from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.compute.flag import Flag
from workbench.compute.locks import GLANCE_S, is_locked, release, try_lock
from workbench.workers import placement
from workbench.workers.attempt import Attempt
from workbench.workers.gpus import Gpu, gpus
from workbench.workers.on_finish import run_on_finish
from workbench.workers.places import job_lock, worker_lock
from workbench.workers.process import identity
from workbench.workers.starting import check_place, ensure_workers, ready
from workbench.workers.threads import note_cores

log = logging.getLogger("workbench.worker")

Ended = Literal["idle", "stopped", "taken"]

QUEUE_S = 1.0
"""How often a staying worker looks for jobs."""

FREE_S = 3.0
"""How often a worker that has no GPU looks for a free one."""

_OTHER_GPUS = Path("/dev/kfd")  # AMD's: torch calls them cuda too, NVML does not know them


@dataclass(frozen=True, slots=True)
class _Place:
    """A device that this worker may have, and the file that says whose it is."""

    device: str
    gpu: Gpu | None
    lock: Path


class Worker:
    """Runs the queue of one workspace on one device of this host.

    `device` may be "auto" (the freest GPU, or the processor without one) or "cuda" (any GPU).
    `lock` is the device's, taken by whoever has started this worker detached. One without it runs
    in the foreground, for systemd or Slurm: it serves its own device and starts no other worker.
    """

    def __init__(
        self,
        workspace: Workspace,
        device: str = "auto",
        *,
        stay: bool = False,
        lock: int | None = None,
    ) -> None:
        self._lock = lock
        self._workspace = workspace
        self._wish = device
        self._stay = stay
        self._stop = Flag()

    def run(self, wait_s: float = 3.0) -> Ended:
        """Work until no job waits for this device, or for ever with `stay`; says why it ended.

        "taken": another worker has the device, or waits for a free one already.
        Raises JobError if there is no such device, or if locks cannot keep workers apart.
        """
        check_place(self._workspace)
        taken = self._take_device(wait_s)
        if isinstance(taken, str):
            return taken
        place, lock = taken
        while True:
            try:
                note_cores(lock)
                self._until_idle(place, lock)
            finally:
                release(lock)
            if self._stop.is_set():
                return "stopped"
            # Whoever queued a job while the lock was still held has started no worker for it.
            if not self._work_for(place.device):
                return "idle"
            self._stop.wait(0.1)
            if (again := try_lock(place.lock, GLANCE_S)) is None:
                return "taken"
            lock = again

    def stop(self, *_: object) -> None:
        """End once the running job has stopped; it goes back to the queue."""
        self._stop.set()

    def leave_when_idle(self, *_: object) -> None:
        """Do not stay behind: end when no job waits."""
        self._stay = False

    def _take_device(self, wait_s: float) -> tuple[_Place, int] | Ended:
        seen = gpus()
        wish = "cpu" if self._wish == "auto" and not seen else self._wish
        if wish in ("auto", placement.ANY_GPU):
            return self._take_gpu()
        place = self._place(wish, seen)
        lock = self._lock if self._lock is not None else try_lock(place.lock, wait_s)
        return "taken" if lock is None else (place, lock)

    def _take_gpu(self) -> tuple[_Place, int] | Ended:
        """Take the freest GPU; where none is free wait for one, as long as jobs want it."""
        waiting = self._lock
        try:
            while not self._stop.is_set():
                seen = gpus()
                if not seen:
                    raise JobError(
                        "There is no NVIDIA GPU here that may be used: try --device cpu."
                    )
                for gpu in placement.free(seen, ()):
                    place = self._place(placement.device_of(gpu), seen)
                    if (lock := try_lock(place.lock, GLANCE_S)) is not None:
                        return place, lock
                if waiting is None:
                    waiting = try_lock(worker_lock(self._workspace, placement.ANY_GPU), GLANCE_S)
                if not self._stay:
                    if waiting is None or all(is_locked(self._lock_of(gpu)) for gpu in seen):
                        return "taken"
                    if not self._work_for(placement.ANY_GPU):
                        return "idle"
                self._stop.wait(FREE_S)
            return "stopped"
        finally:
            if waiting is not None:
                release(waiting)

    def _place(self, device: str, seen: Sequence[Gpu]) -> _Place:
        gpu = next((gpu for gpu in seen if placement.device_of(gpu) == device), None)
        if gpu is not None:
            return _Place(device, gpu, self._lock_of(gpu))
        if not device.startswith("cpu") and not _OTHER_GPUS.exists():
            here = ", ".join(map(placement.device_of, seen)) or "cpu"
            raise JobError(f"There is no device {device} here: use {here}.")
        return _Place(device, None, worker_lock(self._workspace, device))

    def _lock_of(self, gpu: Gpu) -> Path:
        return worker_lock(self._workspace, gpu.uuid)

    def _work_for(self, device: str) -> bool:
        wishes = placement.wishes_of(device, gpus())
        return any((job.wished_device or "auto") in wishes for job in ready(self._workspace))

    def _until_idle(self, place: _Place, lock: int) -> None:
        while not self._stop.is_set():
            claimed = self._claim(place.device)
            if claimed is not None:
                self._run(*claimed, place, lock)
            elif self._stay:
                self._stop.wait(QUEUE_S)
            else:
                return

    def _claim(self, device: str) -> tuple[Job, int] | None:
        """Claim a job together with its lock."""
        me = identity()
        locks: dict[int, int] = {}

        def take(job_id: int) -> bool:
            lock = try_lock(job_lock(self._workspace, job_id), GLANCE_S)
            if lock is not None:
                locks[job_id] = lock
            return lock is not None

        try:
            job = self._workspace.jobs.claim(
                placement.wishes_of(device, gpus()),
                device=device,
                pid=me.pid,
                pid_started=me.started,
                boot_id=me.boot_id,
                host=me.host,
                take=take,
            )
        except BaseException:  # the row was not written: the job is nobody's
            for lock in locks.values():
                release(lock)
            raise
        return (job, locks[job.id]) if job is not None else None

    def _run(self, job: Job, job_lock: int, place: _Place, device_lock: int) -> None:
        """Run a claimed job to its stored end, and start workers for jobs that it leaves ready."""
        try:
            self._start_others()  # the jobs behind it may want another device
            locks = (job_lock, device_lock)
            job = Attempt(self._workspace, job, place.device, place.gpu, locks).run(self._stop)
        finally:
            release(job_lock)
        if job.ended_at is not None:
            run_on_finish(self._workspace, job)
        # A stopped worker leaves no other behind: it would take the job that was just put back.
        if not self._stop.is_set():
            self._start_others()

    def _start_others(self) -> None:
        """Start workers for other devices, if this one is detached; that may fail, its job not."""
        if self._lock is None:
            return
        try:
            ensure_workers(self._workspace)
        except (JobError, StoreError, OSError) as error:
            log.error("no worker was started for another device: %s", error)


def main() -> int:
    """Run as `python -m workbench.workers.worker WORKSPACE DEVICE LOCK`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    lock = int(sys.argv[3])
    os.set_inheritable(lock, False)
    try:
        with Workspace(Path(sys.argv[1]), create=False) as workspace:
            worker = Worker(workspace, sys.argv[2], lock=lock)
            signal.signal(signal.SIGTERM, worker.stop)
            signal.signal(signal.SIGHUP, worker.leave_when_idle)
            worker.run()
    except (JobError, StoreError) as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
