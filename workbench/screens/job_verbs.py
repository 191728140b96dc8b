"""What can be done with jobs from their table: one at a time, or all that are marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from store.records.job import Job
from workbench.modals.confirm import ConfirmOverlay
from workbench.presenters.job_table import SORTS, filtered_job, ordered_jobs
from workbench.presenters.jobs_said import outcome, overdue_sentence, stopping_sentence, what_jobs
from workbench.screens.copying import Copying
from workbench.screens.evaluation import ask_evaluation
from workbench.screens.job_editing import edit_job
from workbench.screens.marking import Marking
from workbench.screens.ordering import JobOrdering
from workbench.screens.table_export import write_list
from workbench.session import Session, SessionError
from workbench.views.copies import Copies
from workbench.views.job import JobRow, Verb
from workbench.views.table_filter import Filtered
from workbench.widgets.line_list import LineList


class JobVerbs(Copying, Marking, JobOrdering):
    """Keeps the rows; subclasses draw those that are `listed`, and the marks."""

    THINGS = "jobs"
    rows: tuple[JobRow, ...] = ()
    known = False
    """Whether the rows were read."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._order = ""
        self._told: frozenset[int] = frozenset()

    # The table --------------------------------------------------------------------------------

    @property
    def listed(self) -> tuple[JobRow, ...]:
        """The jobs that the filter leaves, in their order."""
        kept = zip(self.rows, self.kept(), strict=True)
        return ordered_jobs([row for row, stays in kept if stays], self.order)

    def filtered(self) -> Sequence[Filtered]:
        """What a filter sees of each job."""
        return [filtered_job(row) for row in self.rows]

    @property
    def order(self) -> str:
        """The order that is shown."""
        return self._order

    def order_by(self, sort: str) -> None:
        """Show the jobs in another order."""
        self._order = "" if sort == "-" else sort
        self.draw()
        name = SORTS[self._order.lstrip("-")]
        self.say(f"Order: {name}{', the other way round' if self._order[:1] == '-' else ''}.")

    def numbers(self) -> Sequence[int]:
        """The jobs that are listed."""
        return [row.job_id for row in self.listed]

    def number(self) -> int | None:
        """The job under the cursor."""
        return self.row.job_id if self.row is not None else None

    def say_marks(self) -> None:
        """Say how many are marked."""
        n = len(self.marks)
        self.say(f"{n} marked: X, r, P and D then do all, Esc clears." if n else "No marks.")

    @property
    def row(self) -> JobRow | None:
        """The job under the cursor."""
        key = self.query_one("#jobs", LineList).key
        return next((row for row in self.rows if str(row.job_id) == key), None)

    @property
    def targets(self) -> tuple[JobRow, ...]:
        """The marked jobs, else the one under the cursor."""
        if self.marks:
            return tuple(row for row in self.rows if row.job_id in self.marks)
        return (self.row,) if self.row is not None else ()

    def keep(self, rows: tuple[JobRow, ...]) -> int | None:
        """Keep new rows; returns the job that the cursor goes to if there was none before.

        Tells once of each job that does not stop.
        """
        first = rows[0].job_id if rows and not self.rows else None
        self.rows, self.known = rows, True
        self.marks.keep({row.job_id for row in rows})
        overdue = frozenset(row.job_id for row in rows if row.overdue)
        if new := overdue - self._told:
            self.say(overdue_sentence(sorted(new)), "warn")
        self._told = overdue
        return first

    # Verbs ------------------------------------------------------------------------------------

    def copying(self) -> Callable[[], Copies] | None:
        """Return what reads the texts of the job under the cursor."""
        row = self.row
        return None if row is None else lambda: self.session.overview.job_copies(row)

    def action_export(self) -> None:
        """Write the jobs that are listed, in their order, to a file among the exports."""
        rows = self.listed
        if not rows:
            self.say("There is no job to write yet.", "warn")
        else:
            write_list(self, "jobs", partial(self.session.tables.jobs, rows, self.words))

    def action_details(self) -> None:
        """Show parameters, result, error, where the job is from, and the diff."""
        row = self.row
        if row is None:
            return
        key = f"job {row.job_id}"

        def read() -> tuple[tuple[tuple[str, str], ...], str]:
            return self.session.overview.details(key), self.session.jobs.diff(row.job_id)

        def show(found: tuple[tuple[tuple[str, str], ...], str]) -> None:
            from workbench.modals.job_details import JobDetails

            self.app.push_screen(JobDetails(key.capitalize(), *found))

        self.fetch_to_open(read, show)

    def action_cancel_job(self) -> None:
        """Ask, then cancel; what was asked to stop and does not is killed instead, if wished."""
        rows = [row for row in self.targets if not row.finished]
        if not self._may(rows, "Only a job that runs or waits can be cancelled."):
            return
        stuck = [row for row in rows if row.overdue]
        asked = [row for row in rows if row.state == "stopping"]
        if stuck:
            self._ask(
                "kill",
                stuck,
                f"Kill {what_jobs(stuck)} now (SIGKILL)?",
                "It was asked to stop and has not. What it has finished is kept; r goes on there.",
                "kill now",
            )
        elif asked and len(asked) == len(rows):
            self.say(stopping_sentence([row.job_id for row in asked]))
        else:
            remark = "What was finished is kept; r goes on from there."
            self._ask("cancel", rows, f"Cancel {what_jobs(rows)}?", remark, "cancel")

    def action_retry_job(self) -> None:
        """Queue ended jobs again; they go on where they stopped."""
        if self._may(self.targets):
            self._apply("retry", self.targets)

    def action_hold_job(self) -> None:
        """Hold queued jobs, or release them if all of them are held."""
        rows = [row for row in self.targets if row.in_queue]
        if self._may(rows, "Only a job that waits in the queue can be held."):
            self._apply("release" if all(row.held for row in rows) else "hold", rows)

    def action_earlier(self) -> None:
        """Move the job earlier in the queue."""
        self._move(-1)

    def action_later(self) -> None:
        """Move the job later in the queue."""
        self._move(1)

    def action_delete(self) -> None:
        """Ask, then delete the records and logs of ended jobs."""
        rows = [row for row in self.targets if row.finished]
        if self._may(rows, "Only a job that has ended can be deleted; X cancels one."):
            remark = "The record and the log go; runs, vectors and files that it made stay."
            self._ask("delete", rows, f"Delete {what_jobs(rows)}?", remark, "delete")

    def action_note(self) -> None:
        """Edit the parameters of a queued job."""
        row = self.row
        if row is None or not self._may_change():
            return
        if row.state not in ("queued", "waiting"):
            self.say(f"Job {row.job_id} is {row.state}: only a queued job can be edited.", "warn")
            return
        edit_job(self, row.job_id, self._edited)

    def _edited(self, job: Job) -> None:
        self.say(f"Job {job.id} is changed; it waits in its old place.", "good")
        self._changed()

    def action_new_evaluation(self) -> None:
        """Ask which model to evaluate on which data set."""
        if self._may_change():
            ask_evaluation(self, None, self._started)

    # Inside -----------------------------------------------------------------------------------

    def _may_change(self) -> bool:
        try:
            self.session.jobs.check_writable()
        except SessionError as error:
            self.say_error(error)
            return False
        return True

    def _may(self, rows: Sequence[JobRow], otherwise: str = "") -> bool:
        """Say why nothing can be done, if nothing can."""
        if not self._may_change():
            return False
        if not rows and otherwise and self.rows:
            self.say(otherwise, "warn")
        return bool(rows)

    def _ask(
        self, verb: Verb, rows: Sequence[JobRow], question: str, remark: str, yes: str
    ) -> None:
        noun = "the job" if len(rows) == 1 else f"{len(rows)} jobs"

        def answered(agreed: bool | None) -> None:
            if agreed:
                self._apply(verb, rows)

        self.app.push_screen(ConfirmOverlay(question, remark, f"{yes} {noun}"), answered)

    def _apply(self, verb: Verb, rows: Sequence[JobRow]) -> None:
        job_ids = [row.job_id for row in rows]

        def done(result: tuple[list[int], str]) -> None:
            took, refusal = result
            self.say(outcome(verb, took, refusal), "warn" if refusal else "good")
            self.unmark()
            self._changed()

        self.commit(lambda: self.session.jobs.apply(verb, job_ids), done)

    def _move(self, by: Literal[-1, 1]) -> None:
        row = self.row
        rows = [row] if row is not None and row.in_queue else []
        if row is None or not self._may(rows, "Only a job that waits in the queue can be moved."):
            return

        def moved(yes: bool) -> None:
            end = "first" if by < 0 else "last"
            if not yes:
                self.say(f"Job {row.job_id} is the {end} in the queue already.")
            self._changed()

        self.commit(lambda: self.session.jobs.move(row.job_id, by), moved)

    def _started(self, job: Job) -> None:
        self.shell.trail.wanted_job = job.id
        self.say(f"Job {job.id} is queued; it goes on when you leave.", "good")
        self._changed()

    def _changed(self) -> None:
        self.reload()
        self.shell.look()
