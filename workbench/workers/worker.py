"""The worker: takes queued jobs one after another and runs each in a child of its own.

One worker a device, which holds a kernel lock; a second one waits a moment (the first may just be
leaving) and ends. A job is a child process in a session of its own, so that it cannot take the
worker down, and inherits the lock: the device stays taken as long as the job lives.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Literal

from store.records import Job
from store.workspace import Workspace
from workbench.workers import queue
from workbench.workers.locks import release, try_lock
from workbench.workers.process import identity

log = logging.getLogger("workbench.worker")


_CALM = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Torch's threads wait for each other by spinning. Beside other work on the same cores they spin
away each other's time, and a job becomes tens of times slower."""


class Worker:
    """Runs the queue of one workspace on one device."""

    def __init__(self, workspace: Workspace, device: str) -> None:
        self._workspace = workspace
        self._device = queue.device_name(device)
        self._stop = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, wait_s: float = 3.0) -> Literal["idle", "stopped", "taken"]:
        """Work until no job waits for this device; says why it ended.

        "taken": another worker has the device.
        """
        lock = try_lock(queue.worker_lock(self._workspace, self._device), wait_s)
        if lock is None:
            return "taken"
        try:
            while not self._stop.is_set():
                job = self._claim()
                if job is None:
                    break
                self._run_job(job, lock)
        finally:
            release(lock)
        return "stopped" if self._stop.is_set() else "idle"

    def stop(self, *_: object) -> None:
        """End after passing the signal on; the running job goes back to the queue."""
        self._stop.set()
        child = self._child
        if child is not None and child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)

    def _claim(self) -> Job | None:
        me = identity()
        return self._workspace.jobs.claim(
            self._device, pid=me.pid, pid_started=me.started, boot_id=me.boot_id
        )

    def _run_job(self, job: Job, lock: int) -> None:
        with queue.log_path(self._workspace, job.id).open("ab") as output:
            self._child = subprocess.Popen(
                [*queue.PYTHON, queue.CHILD, str(self._workspace.path.resolve()), str(job.id)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=(lock,),
                env=_CALM | os.environ,
            )
        log.info("job %d (%s) runs as process %d", job.id, job.kind, self._child.pid)
        code = self._child.wait()
        self._record_end(job.id, code)
        self._child = None

    def _record_end(self, job_id: int, code: int) -> None:
        """Store the end of a job whose process could not do so itself."""
        jobs = self._workspace.jobs
        job = jobs.get(job_id)
        if job.state != "running":
            return
        if job.cancel_requested:
            jobs.finish(job_id, "cancelled")
        elif self._stop.is_set():
            jobs.requeue(job_id)  # the worker was stopped, not the job
        elif code == -signal.SIGKILL:
            jobs.finish(
                job_id,
                "failed",
                error="The job was killed by the system, probably out of memory: "
                "retry it with a smaller --batch-size, or free memory.",
            )
        else:
            reason = f"signal {-code}" if code < 0 else f"exit code {code}"
            jobs.finish(
                job_id,
                "failed",
                error=f"The job ended with {reason}: see `workbench jobs logs {job_id}`.",
            )


def main() -> None:
    """Run as `python -m workbench.workers.worker WORKSPACE DEVICE`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with Workspace(Path(sys.argv[1]), create=False) as workspace:
        worker = Worker(workspace, sys.argv[2])
        signal.signal(signal.SIGTERM, worker.stop)
        worker.run()


if __name__ == "__main__":
    main()
