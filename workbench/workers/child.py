"""The process of one job: runs it, and stores how it ended."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import time
from pathlib import Path

from plugins.api import PluginError
from store.errors import StoreError
from store.records.job import Job
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.compute.errors import Cancelled, JobError
from workbench.compute.slice_words import know_slices
from workbench.jobs.kinds import job_function
from workbench.workers.endings import NOT_STORED, cause
from workbench.workers.origin import differences
from workbench.workers.process import identity
from workbench.workers.rates import StageRate
from workbench.workers.references import resolve
from workbench.workers.starting import ensure_workers

log = logging.getLogger("workbench.jobs")


def run_job(workspace: Workspace, job_id: int, device: str) -> int:
    """Run a claimed job in this process and return the exit code."""
    jobs = workspace.jobs
    rate = StageRate()

    def report(stage: str, done: int, total: int) -> None:
        speed = rate.update(stage, done, time.monotonic())
        try:
            jobs.progress(job_id, done, total, stage, speed)
            # Its worker passes requests on, but may be gone.
            if jobs.get(job_id).cancel_requested:
                context.stop.set()
        except StoreError as error:  # others may hold the database for long; the next note counts
            log.warning("progress is not noted: %s", error)

    context = JobContext(workspace, {}, report, job_id=job_id, device=device)
    # Before others may signal this process.
    signal.signal(signal.SIGTERM, lambda *_: context.stop.set())
    me = identity()
    jobs.assign(job_id, me.pid, me.started, me.boot_id, me.host)
    job = jobs.get(job_id)
    _log_start(workspace, job)
    if job.cancel_requested:
        context.stop.set()
    try:
        context.check()
        context.params = resolve(job.params, jobs.get)
        result = job_function(job.kind)(context)
    except Cancelled:
        if jobs.get(job_id).cancel_requested:
            log.info("cancelled")
            jobs.finish(job_id, "cancelled")
        else:
            log.info("stopped with its worker; queued again")
            jobs.requeue(job_id)
        return 130
    except (JobError, PluginError, StoreError) as error:
        log.error("%s", error)
        jobs.finish(job_id, "failed", error=str(error))
        return 1
    except Exception as error:
        log.exception("the job failed")
        jobs.finish(job_id, "failed", error=cause(error, job_id))
        return 1
    jobs.finish(job_id, "done", result=dict(result))
    log.info("done")
    return 0


def _log_start(workspace: Workspace, job: Job) -> None:
    origin = job.origin
    commit = str(origin.get("commit") or "none")[:12]
    log.info(
        "attempt %d, workbench %s, commit %s", job.attempts, origin.get("code_version"), commit
    )
    for difference in differences(origin, workspace.jobs.diff(job.id)):
        log.warning("not as it was when the job was queued: %s", difference)


def _keep_to_this_process(locks: list[int]) -> None:
    """Keep the inherited locks from processes that the job starts: they may outlive it."""
    for lock in locks:
        os.set_inheritable(lock, False)
    os.register_at_fork(after_in_child=lambda: _close(locks))


def _close(locks: list[int]) -> None:
    for lock in locks:
        os.close(lock)


class _Lines(logging.Formatter):
    """Lines with their time; what is worse than a piece of information says so."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(weight)s%(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        worse = record.levelno > logging.INFO
        record.weight = f"{record.levelname.lower()}: " if worse else ""
        return super().format(record)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def main() -> int:
    """Run as `python -m workbench.workers.child WORKSPACE JOB_ID DEVICE WORKER LOCK...`.

    WORKER is the process id of whoever starts it, which may be gone before this one can ask.
    """
    path, job_id, device, worker, *rest = sys.argv[1:]
    faulthandler.enable()
    locks = [int(number) for number in rest]
    _keep_to_this_process(locks)
    _log_to_stderr()
    with Workspace(Path(path), create=False) as workspace:
        know_slices(workspace)
        try:
            code = run_job(workspace, int(job_id), device)
        except StoreError as error:
            log.error("%s", error)
            code = NOT_STORED
        if os.getppid() != int(worker):
            # Its worker was killed: nobody else would see that the device is free now.
            _close(locks)
            ensure_workers(workspace)
    return code


if __name__ == "__main__":
    sys.exit(main())
