"""One attempt at a job, as its worker sees it: a child process from its start to its stored end."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import time
from collections import deque
from contextlib import suppress

import psutil

from store.errors import StoreError
from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.flag import Flag
from workbench.compute.processes import PYTHON
from workbench.workers import endings, threads
from workbench.workers.gpus import Gpu
from workbench.workers.places import log_path
from workbench.workers.queue import CHILD

log = logging.getLogger("workbench.worker")

POLL_S, LOOK_S = 0.03, 0.3
"""How often the child is looked at, and how often its row for a request to cancel."""

LOOKS = 20
"""Looks in which the count of kills for lack of memory must have risen as a child was killed: the
kernel counts first, and takes a large process apart for seconds."""

STOP_S = 20.0
"""How long a stopped worker waits for its job: Slurm kills both 30 s after it asked (KillWait)."""

KEEP_S, AGAIN_S = 60.0, 2.0
"""How long, and how often, the end of a job is tried to be stored."""

_REQUESTS = {1: signal.SIGTERM, 2: signal.SIGKILL}


class Attempt:
    """Runs a claimed job on a device; `locks` are the job's and the device's, for the child.

    The child has a session of its own, so that it cannot take the worker down.
    """

    def __init__(
        self, workspace: Workspace, job: Job, device: str, gpu: Gpu | None, locks: tuple[int, int]
    ) -> None:
        self._workspace = workspace
        self._job = job
        self._device, self._gpu, self._locks = device, gpu, locks
        self._told = 0
        self._kills = deque([endings.out_of_memory_kills()], LOOKS)
        self._memory_ran_out = False

    def run(self, stop: Flag) -> Job:
        """Run the child to its end, pass requests on to it, and return the job as it ended.

        Once `stop` is set the job is stopped, and goes back to the queue.
        """
        try:
            self._child = self._start()
        except (OSError, StoreError) as error:
            return self._keep_end(endings.not_started(error), stop)
        log.info("job %d (%s) runs as process %d", self._job.id, self._job.kind, self._child.pid)
        stopped_at: float | None = None
        while not self._ended():
            self._signal(self._request())
            if stop.is_set():
                stopped_at = stopped_at or time.monotonic()
                self._signal(1 if time.monotonic() - stopped_at < STOP_S else 2)
        self._signal(2, again=True)  # what it may have left behind in its group
        return self._keep_end(self._why(self._child.wait()), stop)

    def _start(self) -> subprocess.Popen[bytes]:
        workspace, job, gpu = self._workspace, self._job, self._gpu
        with log_path(workspace, job.id).open("ab") as output:
            return subprocess.Popen(
                [
                    *(*PYTHON, CHILD, str(workspace.path.resolve()), str(job.id)),
                    *(_seen_as(self._device, gpu), str(os.getpid()), *map(str, self._locks)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=self._locks,
                env=os.environ | threads.environment(workspace, job) | _pinned(gpu),
            )

    def _keep_end(self, why: str, stop: Flag) -> Job:
        """Store the end, unless the child has; `why` is what is said of one that failed.

        A disk that is full may have space again soon: it is tried for a while. After that the
        job's lock becomes free with its row unchanged: it is lost.
        """
        deadline = time.monotonic() + KEEP_S
        while True:
            try:
                self._store_end(why, stopped=stop.is_set())
                return self._workspace.jobs.get(self._job.id)
            except StoreError as error:
                log.error("the end of job %d is not stored: %s", self._job.id, error)
            if time.monotonic() > deadline or stop.wait(AGAIN_S):
                return self._job

    def _ended(self) -> bool:
        """Look at the child for LOOK_S; it is not waited for, so that its id stays its own."""
        child = psutil.Process(self._child.pid)
        deadline = time.monotonic() + LOOK_S
        while child.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                self._kills.append(endings.out_of_memory_kills())
                return False
            time.sleep(POLL_S)
        self._memory_ran_out = endings.out_of_memory_kills() > self._kills[0]
        return True

    def _request(self) -> int:
        try:
            return self._workspace.jobs.get(self._job.id).cancel_requested
        except StoreError as error:
            log.warning("job %d: %s", self._job.id, error)
            return 0

    def _signal(self, request: int, *, again: bool = False) -> None:
        if request > self._told or again:
            self._told = request
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, _REQUESTS[request])

    def _why(self, code: int) -> str:
        """Say why a process that has not stored the job's end ended with a code."""
        if code == endings.NOT_STORED:
            return endings.not_stored(self._workspace.path)
        return endings.killed_or_crashed(code, self._job.id, memory_ran_out=self._memory_ran_out)

    def _store_end(self, why: str, *, stopped: bool) -> None:
        """Store the end of a job whose process could not do so itself."""
        jobs, job_id = self._workspace.jobs, self._job.id
        job = jobs.get(job_id)
        if job.state != "running":
            return
        if job.cancel_requested:
            jobs.finish(job_id, "cancelled")
        elif stopped:
            jobs.requeue(job_id)  # the worker was stopped, not the job
        else:
            jobs.finish(job_id, "failed", error=why)


def _pinned(gpu: Gpu | None) -> dict[str, str]:
    """Return the variables by which the child sees one GPU only, whatever the order of numbers."""
    if gpu is None:
        return {}
    return {"CUDA_VISIBLE_DEVICES": gpu.uuid, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}


def _seen_as(device: str, gpu: Gpu | None) -> str:
    """Return what the child calls its device: "cpu" or "cuda:0"."""
    return "cuda:0" if gpu is not None else "cpu" if device.startswith("cpu") else device
