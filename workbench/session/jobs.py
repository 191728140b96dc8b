"""Background work as the screens see it: start, list, cancel, retry, reorder, what ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from plugins.errors import PluginError
from store.errors import NotFound
from store.records.job import Job
from store.workspace import Workspace
from workbench.presenters.jobs import in_order, progress_of
from workbench.session.errors import SessionError, told
from workbench.session.logs import FULL_BYTES, FULL_LINES, read_tail
from workbench.settings import Settings, SettingsError, load_settings
from workbench.views.job import KILL_AFTER_S, UNFINISHED, LogTail, Verb
from workbench.views.pulse import Pulse
from workbench.workers import queue
from workbench.workers.origin import differences
from workbench.workers.process import boot_id, host_name

if TYPE_CHECKING:
    from workbench.jobs.export import ExportRequest

_WATCHED = 50


class SessionJobs:
    """Submits, watches and changes jobs."""

    def __init__(self, workspace: Workspace, *, readonly: bool, clock: Callable[[], float]) -> None:
        self._workspace = workspace
        self._readonly = readonly
        self._clock = clock
        self._ended: frozenset[int] | None = None
        self._open: frozenset[int] = frozenset()
        self._stopping: dict[int, float] = {}
        self._settings: Settings | None = None

    # What there is ----------------------------------------------------------------------------

    @told
    def listing(self, limit: int = 200) -> list[Job]:
        """Return all unfinished jobs and the newest others, each with its true state.

        First what runs, then the queue in its order, then the newest end first.
        """
        return in_order(self._observed(limit))

    @told
    def get(self, job_id: int) -> Job:
        """Return a job with its true state."""
        return queue.status(self._workspace, job_id)

    @told
    def children(self, job_id: int) -> list[Job]:
        """Return the jobs that need this one."""
        return self._workspace.jobs.children(job_id)

    @told
    def diff(self, job_id: int) -> str:
        """Return how the code differed from its commit where the job was asked for."""
        return self._workspace.jobs.diff(job_id)

    @told
    def differences(self, job: Job) -> list[str]:
        """Say how the code now differs from what a job was asked for with; asks git."""
        return differences(job.origin, self.diff(job.id)) if job.origin else []

    def overdue(self, job_id: int) -> bool:
        """Say whether a job was asked to stop so long ago that it may be killed."""
        since = self._stopping.get(job_id)
        return since is not None and self._clock() - since >= KILL_AFTER_S

    def rebooted(self, job: Job) -> bool:
        """Say whether this machine was started anew since a lost job ran on it."""
        here = job.state == "lost" and job.host == host_name() and job.boot_id is not None
        return here and str(job.boot_id).partition("/")[0] != boot_id().partition("/")[0]

    @told
    def log(self, job_id: int) -> LogTail:
        """Return the last lines of a job's log."""
        return read_tail(self.log_path(job_id))

    @told
    def full_log(self, job_id: int) -> LogTail:
        """Return as much of a job's log as a pager can show."""
        return read_tail(self.log_path(job_id), FULL_BYTES, FULL_LINES)

    def log_path(self, job_id: int) -> Path:
        """Return where a job's log is."""
        return queue.log_path(self._workspace, job_id)

    def pulse(self, changes: int) -> Pulse:
        """Return the unfinished jobs, and those that ended since the last call."""
        if not self._readonly:
            queue.ensure_workers(self._workspace)
        jobs = {job.id: job for job in self._observed(_WATCHED)}
        for job_id in self._open - jobs.keys():
            with suppress(NotFound):
                jobs[job_id] = queue.status(self._workspace, job_id)
        still = [job for job in jobs.values() if job.state in UNFINISHED]
        ended = frozenset(jobs) - {job.id for job in still}
        known = ended if self._ended is None else self._ended
        new = [jobs[job_id] for job_id in sorted(ended - known)]
        self._ended = ended | (known - jobs.keys())
        self._open = frozenset(job.id for job in still)
        return Pulse(
            changes,
            tuple(progress_of(job, overdue=self.overdue(job.id)) for job in in_order(still)),
            tuple((job.id, job.kind, job.state, run_of(job)) for job in new),
            ring=self._set().bell and bool(new),
        )

    # What can be done -------------------------------------------------------------------------

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
        self.check_writable()
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
    def start_evaluation(
        self, dataset_id: int, spec: str, device: str = "auto", rerank: int | None = None
    ) -> Job:
        """Queue the evaluation of a model on a data set, both directions.

        With `rerank` it looks again, at image and caption together, at the first so many.
        """
        from plugins import registry

        self.check_writable()
        params: dict[str, Any] = {"dataset_id": dataset_id, "model": registry.check_model(spec)}
        if rerank is not None:
            params["rerank"] = rerank
        return queue.submit(self._workspace, "evaluate", params, device=device)

    @told
    def edit(self, job_id: int, changes: Mapping[str, Any], device: str | None = None) -> Job:
        """Change parameters of a queued job, and its device; refused once it has been claimed."""
        from plugins import registry

        self.check_writable()
        job = queue.status(self._workspace, job_id)
        if "model" in changes:
            changes = {**changes, "model": registry.check_model(changes["model"])}
        wish = device or job.wished_device or "auto"
        queue.edit(self._workspace, job_id, {**job.params, **changes}, wish)
        return self.get(job_id)

    @told
    def start_export(
        self, request: ExportRequest, path: Path, format: str, *, spreadsheet_safe: bool
    ) -> Job:
        """Queue an export; the file appears when it is whole."""
        self.check_writable()
        path.parent.mkdir(exist_ok=True)
        more = {"path": str(path.absolute()), "format": format}
        params = {**asdict(request), **more, "spreadsheet_safe": spreadsheet_safe}
        return queue.submit(self._workspace, "export", params, device="cpu")

    def check_model(self, spec: str, *, rerank: bool = False) -> str | None:
        """Return why a model cannot be evaluated here, or None if it can; `rerank` as well."""
        from plugins import registry
        from plugins.api import ImageTextEncoder, PairScorer, PrecomputedVectors

        try:
            registry.check_model(spec)
            registry.check_capability(spec, ImageTextEncoder, PrecomputedVectors)
            if rerank:
                registry.check_capability(spec, PairScorer)
        except PluginError as error:
            return str(error)
        return None

    @told
    def apply(self, verb: Verb, job_ids: Sequence[int]) -> tuple[list[int], str]:
        """Do something to every job; return those that took it, and why another did not.

        Raises SessionError if none took it.
        """
        self.check_writable()
        took, refusal = [], ""
        for job_id in job_ids:
            try:
                self._apply(verb, job_id)
                took.append(job_id)
            except SessionError as error:
                refusal = refusal or str(error)
        if refusal and not took:
            raise SessionError(refusal)
        return took, refusal

    @told
    def move(self, job_id: int, by: Literal[-1, 1]) -> bool:
        """Move a queued job earlier (-1) or later (1); False if it is at that end already."""
        self.check_writable()
        return queue.move(self._workspace, job_id, by)

    def check_writable(self) -> None:
        """Raise SessionError in a session that changes nothing."""
        if self._readonly:
            raise SessionError(
                "This workspace is open read-only (--readonly): no job is started or changed."
            )

    @told
    def _apply(self, verb: Verb, job_id: int) -> None:
        if verb in ("cancel", "kill"):
            queue.cancel(self._workspace, job_id, force=verb == "kill")
        elif verb == "retry":
            queue.retry(self._workspace, job_id)
        elif verb == "hold":
            queue.hold(self._workspace, job_id)
        elif verb == "release":
            queue.release(self._workspace, job_id)
        else:
            queue.delete(self._workspace, job_id)

    def _observed(self, limit: int) -> list[Job]:
        """Return all unfinished jobs and the newest `limit`; remembers when one was to stop."""
        jobs = queue.listing(self._workspace, limit)
        asked = {job.id for job in jobs if job.state == "running" and job.cancel_requested}
        since = self._stopping
        self._stopping = {job_id: since.get(job_id, self._clock()) for job_id in asked}
        return jobs

    def _set(self) -> Settings:
        """Return the user's settings; what is wrong with them is said once."""
        if self._settings is None:
            self._settings = Settings()
            try:
                self._settings = load_settings()
            except SettingsError as error:
                raise SessionError(str(error)) from error
        return self._settings


def run_of(job: Job) -> int | None:
    """Return the run that a job made, if it made one."""
    run_id = job.result.get("run_id")
    return run_id if isinstance(run_id, int) else None
