"""The user's own command after each job: a message, a sound, the next step of a script."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from contextlib import suppress
from datetime import datetime

from store.records.job import Job
from store.workspace import Workspace
from workbench.settings import SettingsError, load_settings
from workbench.workers.places import log_path

log = logging.getLogger("workbench.worker")

LIMIT_S = 60.0


def run_on_finish(workspace: Workspace, job: Job, limit_s: float = LIMIT_S) -> None:
    """Run the command of the settings for a job that has ended; whatever it does is only logged.

    It is told of the job by WORKBENCH_JOB_ID, _STATE, _KIND, _WHAT, _ERROR, _WORKSPACE and
    _SECONDS; what it prints goes to the job's log.
    """
    try:
        command = load_settings().on_finish
    except SettingsError as error:
        log.warning("%s", error)
        return
    if not command:
        return
    try:
        with log_path(workspace, job.id).open("ab") as output:
            process = subprocess.Popen(
                ["/bin/sh", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=os.environ | _facts(workspace, job),
            )
            _await(process, job.id, limit_s)
    except OSError as error:
        log.warning("on_finish of job %d did not start: %s", job.id, error)


def _await(process: subprocess.Popen[bytes], job_id: int, limit_s: float) -> None:
    try:
        code = process.wait(limit_s)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.warning("on_finish of job %d was ended after %.0f s", job_id, limit_s)
        return
    if code:
        log.warning("on_finish of job %d ended with exit code %d", job_id, code)


def _facts(workspace: Workspace, job: Job) -> dict[str, str]:
    facts = {
        "ID": str(job.id),
        "STATE": job.state,
        "KIND": job.kind,
        "WHAT": f"{job.kind} {job.params.get('model') or job.params.get('source') or ''}".strip(),
        "ERROR": job.error or "",
        "WORKSPACE": str(workspace.path.resolve()),
        "SECONDS": f"{_seconds(job):.0f}",
    }
    return {f"WORKBENCH_JOB_{name}": _printable(value) for name, value in facts.items()}


def _seconds(job: Job) -> float:
    if not job.started_at or not job.ended_at:
        return 0.0
    span = datetime.fromisoformat(job.ended_at) - datetime.fromisoformat(job.started_at)
    return span.total_seconds()


def _printable(text: str) -> str:
    """Return a text that is safe to print: names of models and files may hold anything."""
    return "".join(character if character.isprintable() else " " for character in text)
