"""The process of one job: runs it, and stores how it ended."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path

from plugins.api import PluginError
from store.errors import StoreError
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.compute.errors import Cancelled, JobError
from workbench.jobs.kinds import job_function
from workbench.workers.process import identity

log = logging.getLogger("workbench.jobs")


def run_job(workspace: Workspace, job_id: int) -> int:
    """Run a claimed job in this process and return the exit code."""
    jobs = workspace.jobs

    def report(stage: str, done: int, total: int) -> None:
        jobs.progress(job_id, done, total, stage)

    context = JobContext(workspace, jobs.get(job_id).params, report, job_id=job_id)
    # Before others may signal this process.
    signal.signal(signal.SIGTERM, lambda *_: context.stop.set())
    me = identity()
    jobs.assign(job_id, me.pid, me.started, me.boot_id)
    job = jobs.get(job_id)
    if job.cancel_requested:
        context.stop.set()
    try:
        context.check()
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
        sentence = f"{type(error).__name__}: {error} (see `workbench jobs logs {job_id}`)"
        jobs.finish(job_id, "failed", error=sentence)
        return 1
    jobs.finish(job_id, "done", result=dict(result))
    log.info("done")
    return 0


def main() -> None:
    """Run as `python -m workbench.workers.child WORKSPACE JOB_ID`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    with Workspace(Path(sys.argv[1]), create=False) as workspace:
        sys.exit(run_job(workspace, int(sys.argv[2])))


if __name__ == "__main__":
    main()
