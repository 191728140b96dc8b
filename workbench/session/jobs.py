"""Background work as the screens see it: start, list, log, cancel, retry, rates."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from plugins.api import PluginError
from store.records import Job
from store.workspace import Workspace
from workbench.presenters.text import plain
from workbench.session.errors import SessionError, told
from workbench.session.rates import RateMeter
from workbench.views.job import UNFINISHED, Progress
from workbench.views.pulse import Pulse
from workbench.workers import queue

_LOG_BYTES = 256 * 1024
_WATCHED = 50


class SessionJobs:
    """Submits and watches jobs."""

    def __init__(self, workspace: Workspace, *, readonly: bool, clock: Callable[[], float]) -> None:
        self._workspace = workspace
        self._readonly = readonly
        self._rates = RateMeter(clock)
        self._ended: set[int] | None = None

    @told
    def listing(self, limit: int = 200) -> list[Job]:
        """Return the newest jobs first, each with its true state."""
        return queue.listing(self._workspace, limit)

    @told
    def get(self, job_id: int) -> Job:
        """Return a job with its true state."""
        return queue.status(self._workspace, job_id)

    def measured(self, jobs: Iterable[Job]) -> dict[int, Progress]:
        """Return the progress of jobs with the rates measured so far, by id."""
        return {job.id: self._measured(job) for job in jobs}

    def pulse(self, changes: int) -> Pulse:
        """Return the unfinished jobs, and those that ended since the last call."""
        if not self._readonly:
            queue.ensure_workers(self._workspace)
        jobs = self.listing(_WATCHED)
        ended = {job.id for job in jobs if job.state not in UNFINISHED}
        known = ended if self._ended is None else self._ended
        self._ended = known | ended
        new = [job for job in jobs if job.id in ended - known]
        return Pulse(
            changes,
            tuple(self._measured(job) for job in reversed(jobs) if job.state in UNFINISHED),
            tuple((job.id, job.kind, job.state, run_of(job)) for job in new),
        )

    @told
    def log(self, job_id: int, limit: int = 500) -> list[str]:
        """Return the last lines of a job's log, each safe to print."""
        path = self.log_path(job_id)
        if not path.exists():
            return []
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _LOG_BYTES))
            text = file.read().decode("utf-8", "replace")
        if size > _LOG_BYTES:
            text = text.partition("\n")[2]
        return [plain(line.rsplit("\r", 1)[-1]) for line in text.split("\n")[-limit - 1 :]][:limit]

    def log_path(self, job_id: int) -> Path:
        """Return where a job's log is."""
        return queue.log_path(self._workspace, job_id)

    @told
    def start_import(
        self,
        source: str,
        reader: str,
        *,
        images: str | None,
        split: str | None,
        name: str | None,
        licence: str = "",
    ) -> Job:
        """Queue the import of a data set."""
        self._check_writable()
        if not source:
            raise SessionError("The import needs a file of captions.")
        if not Path(source).exists():
            raise SessionError(f"There is no file {source}.")
        if images and not Path(images).is_dir():
            raise SessionError(f"There is no folder {images}.")
        params = {
            "source": str(Path(source).resolve()),
            "reader": reader,
            "images": str(Path(images).resolve()) if images else None,
            "split": split or None,
            "name": name or None,
            "licence": licence,
        }
        return queue.submit(self._workspace, "import", params)

    @told
    def start_evaluation(self, dataset_id: int, spec: str, device: str = "auto") -> Job:
        """Queue the evaluation of a model on a data set, both directions."""
        from plugins import registry

        self._check_writable()
        params = {"dataset_id": dataset_id, "model": registry.check_model(spec), "device": device}
        return queue.submit(self._workspace, "evaluate", params, device=device)

    def check_model(self, spec: str) -> str | None:
        """Return why a model cannot be loaded here, or None if it can."""
        from plugins import registry

        try:
            registry.check_model(spec)
        except PluginError as error:
            return str(error)
        return None

    @told
    def cancel(self, job_id: int) -> None:
        """Ask a job to stop; what it has finished is kept."""
        self._check_writable()
        queue.cancel(self._workspace, job_id)

    @told
    def retry(self, job_id: int) -> Job:
        """Queue an ended job again; it goes on where it stopped."""
        self._check_writable()
        return queue.retry(self._workspace, job_id)

    def _measured(self, job: Job) -> Progress:
        now = Progress(job.id, job.kind, job.state, plain(job.stage), job.done, job.total)
        return replace(now, per_s=self._rates.rate(now))

    def _check_writable(self) -> None:
        if self._readonly:
            raise SessionError("This workspace is open read-only (--readonly): nothing is started.")


def run_of(job: Job) -> int | None:
    """Return the run that a job made, if it made one."""
    run_id = job.result.get("run_id")
    return run_id if isinstance(run_id, int) else None
