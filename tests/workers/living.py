"""Finding and stopping the real processes of a workspace's queue."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from functools import partial

import psutil

from store.workspace import DATABASE
from workbench.workers import queue
from workbench.workers.queue import CHILD


def until(condition, seconds=60.0):
    """Wait until a condition holds and return what it returned."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
    return found


def workers(workspace):
    """Return the processes of the workspace's workers."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if "workbench.workers.worker" in (command := process.info["cmdline"] or [])
        and str(workspace.path) in command
    ]


def child(workspace, job_id):
    """Return the id of the process that runs a job, None before it has said so."""
    job = workspace.jobs.get(job_id)
    assert job.state in ("queued", "running"), f"too late: {job.state}, {job.error}"
    try:
        if job.pid and CHILD in psutil.Process(job.pid).cmdline():
            return job.pid
    except psutil.Error:
        pass
    return None


def frozen_child(workspace, job_id):
    """Wait for the process of a job and stop it, though not in the middle of a transaction."""
    while True:
        pid = until(lambda: child(workspace, job_id))
        os.kill(pid, signal.SIGSTOP)
        until(partial(_is_stopped, pid))
        with closing(sqlite3.connect(workspace.path / DATABASE, timeout=0)) as database:
            try:
                database.execute("BEGIN IMMEDIATE")
                return pid
            except sqlite3.OperationalError:
                os.kill(pid, signal.SIGCONT)


def _is_stopped(pid):
    return psutil.Process(pid).status() == psutil.STATUS_STOPPED


def kill_workers(workspace):
    """Kill every worker of the workspace, not the jobs."""
    for process in workers(workspace):
        process.kill()
        until(lambda one=process: not one.is_running() or one.status() == psutil.STATUS_ZOMBIE)


def ended(workspace, job_id):
    """Wait for a job's end, without starting a worker for it, and return the job."""
    return until(lambda: (job := queue.status(workspace, job_id)).state in queue.ENDED and job)
