"""Everything that Home and Jobs show, read at once and made ready to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from store.records import Job
from workbench.presenters.facts import dataset_facts, job_facts, run_facts
from workbench.presenters.home import dataset_row, names_of, run_row
from workbench.presenters.jobs import job_row
from workbench.session.errors import told
from workbench.session.jobs import SessionJobs
from workbench.session.library import Library
from workbench.views.home import HomeView, TerminalFacts
from workbench.views.job import UNFINISHED, JobRow
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

    @told
    def home(self, terminal: TerminalFacts) -> HomeView:
        """Return what Home draws."""
        now = self.clock()
        datasets = self.library.datasets()
        runs = self.library.runs()[:RUNS_SHOWN]
        rows = self.job_rows(limit=50)
        open_rows = tuple(row for row in rows if not row.finished)
        last = rows[:1] if rows and rows[0].state in ("failed", "lost") else ()
        return HomeView(
            runs=tuple(run_row(run, self.library.metrics(run.id), now) for run in runs),
            datasets=tuple(
                dataset_row(dataset, self.library.decided(dataset.id, self.annotator))
                for dataset in datasets
            ),
            jobs=(*open_rows, *last),
            terminal=terminal,
            readonly=self.readonly,
        )

    @told
    def job_rows(self, limit: int = 200) -> tuple[JobRow, ...]:
        """Return the rows of the job table, newest first."""
        names = names_of(self.library.datasets())
        now = self.clock()
        jobs: list[Job] = self.jobs.listing(limit)
        progress = self.jobs.measured([job for job in jobs if job.state in UNFINISHED])
        return tuple(job_row(job, now, progress.get(job.id), names) for job in jobs)

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
            job = self.jobs.get(int(number))
            row = job_row(job, self.clock(), None, names_of(self.library.datasets()))
            log = self.jobs.log(job.id, LOG_LINES) if job.state in ("failed", "lost") else []
            return job_facts(job, row, str(self.jobs.log_path(job.id)), log)
        return ()
