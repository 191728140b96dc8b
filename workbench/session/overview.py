"""Everything that Home and Jobs show, read at once and made ready to draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.records.job import Job
from workbench.presenters.clipboard import job_copies
from workbench.presenters.facts import Facts, dataset_facts, run_facts
from workbench.presenters.home import dataset_row, names_of, run_row
from workbench.presenters.job_command import job_command
from workbench.presenters.job_facts import job_facts
from workbench.presenters.jobs import job_row
from workbench.session.errors import told
from workbench.session.jobs import SessionJobs
from workbench.session.library import Library
from workbench.session.setup import find_data
from workbench.views.copies import Copies
from workbench.views.home import HomeView, TerminalFacts
from workbench.views.job import JobRow
from workbench.views.verdict import Verdict

RUNS_SHOWN = 30
LOG_LINES = 200
"""How much of a failed job's log its details show."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Reads the workspace as Home and Jobs show it."""

    library: Library
    jobs: SessionJobs
    verdicts: Callable[[int], tuple[Verdict, ...]]
    clock: Callable[[], float]
    readonly: bool
    annotator: str = ""
    path: Path = Path()

    @told
    def home(self, terminal: TerminalFacts, folders: Sequence[Path] = ()) -> HomeView:
        """Return what Home draws; `folders` may hold data that is not imported yet."""
        now = self.clock()
        datasets = self.library.datasets()
        runs = self.library.runs()[:RUNS_SHOWN]
        names = {dataset.id: self.library.names(dataset.id) for dataset in datasets}
        rows = sorted(self.job_rows(limit=50), key=lambda row: -row.job_id)
        open_rows = tuple(row for row in rows if not row.finished)
        last = rows[:1] if rows and rows[0].state in ("failed", "lost") else []
        return HomeView(
            runs=tuple(
                run_row(run, names[run.dataset_id][run.id], self.library.metrics(run.id), now)
                for run in runs
            ),
            datasets=tuple(
                dataset_row(dataset, self.library.decided(dataset.id, self.annotator))
                for dataset in datasets
            ),
            jobs=(*open_rows, *last),
            terminal=terminal,
            readonly=self.readonly,
            found=None if datasets else find_data(folders),
        )

    @told
    def job_rows(self, limit: int = 200) -> tuple[JobRow, ...]:
        """Return the rows of the job table: what runs, the queue, the newest end first."""
        names = names_of(self.library.datasets())
        now = self.clock()
        return tuple(self._row(job, now, names) for job in self.jobs.listing(limit))

    @told
    def details(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return the facts behind a line of Home: "run 3", "dataset 1", "job 7"; () for others."""
        verb, _, number = key.partition(" ")
        if verb == "run":
            run = self.library.run(int(number))
            metrics, verdicts = self.library.metrics(run.id), self.verdicts(run.id)
            return run_facts(run, metrics, self.clock(), verdicts)
        if verb == "dataset":
            dataset = next(d for d in self.library.datasets() if d.id == int(number))
            return dataset_facts(dataset, self.library.problems(dataset.id))
        if verb == "job":
            return self._job_facts(int(number), full=True)
        return ()

    @told
    def job_copies(self, row: JobRow) -> Copies:
        """Return what can be copied of a job."""
        job, path = self.jobs.get(row.job_id), str(self.path.resolve())
        command = job_command(job, path, names_of(self.library.datasets()))
        return job_copies(row, command or "", str(self.jobs.log_path(row.job_id)), path)

    @told
    def job_brief(self, job_id: int) -> Facts:
        """Return what a wide screen shows of a job beside its log; asks git nothing."""
        return self._job_facts(job_id, full=False)

    def _job_facts(self, job_id: int, *, full: bool) -> Facts:
        job, names = self.jobs.get(job_id), names_of(self.library.datasets())
        ended_badly = job.state in ("failed", "lost")
        return job_facts(
            job,
            self._row(job, self.clock(), names),
            children=self.jobs.children(job_id),
            command=job_command(job, str(self.path.resolve()), names),
            diff=self.jobs.diff(job_id),
            differences=self.jobs.differences(job) if full else (),
            log_path=str(self.jobs.log_path(job_id)),
            log=self.jobs.log(job_id).lines[-LOG_LINES:] if full and ended_badly else (),
        )

    def _row(self, job: Job, now: float, names: Mapping[int, str]) -> JobRow:
        overdue, rebooted = self.jobs.overdue(job.id), self.jobs.rebooted(job)
        return job_row(job, now, names, overdue=overdue, rebooted=rebooted)
