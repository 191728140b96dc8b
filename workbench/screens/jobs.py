"""Jobs: what runs, what waits, what went wrong, and the log of the marked one."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events, on
from textual.widget import Widget

from store.records import Job
from workbench.modals.confirm import ConfirmOverlay
from workbench.modals.details import DetailsOverlay
from workbench.presenters.jobs import brief, job_header, job_lines, remark_of, summary
from workbench.presenters.rule import rule
from workbench.screens.evaluation import ask_evaluation
from workbench.screens.frame import WorkbenchScreen
from workbench.views.job import JobRow
from workbench.views.pulse import Pulse
from workbench.widgets.bindings import bindings
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.text_line import TextLine


class JobsScreen(WorkbenchScreen):
    """A table of jobs above the log of the marked one."""

    NAME = "jobs"
    AUTO_FOCUS = "#jobs"
    BINDINGS = bindings("jobs")
    DEFAULT_CSS = """
    JobsScreen {
        & > #jobs { height: auto; min-height: 3; max-height: 60%; }
        & > LogPane { height: 1fr; min-height: 4; }
    }
    """

    _rows: tuple[JobRow, ...] | None = None

    def body(self) -> Iterable[Widget]:
        """Return line 2, the table and the log."""
        yield TextLine(id="jobs-summary")
        yield TextLine(id="jobs-header")
        yield LineList(id="jobs")
        yield TextLine(id="log-title")
        yield LogPane()

    def reload(self) -> None:
        """Read the jobs and the log."""
        self.fetch(self.session.overview.job_rows, self._show, group="jobs")

    def pulsed(self, pulse: Pulse) -> None:
        """Read again: a job moved."""
        self.reload()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the table out for the new width."""
        self._draw()

    @on(LineList.Highlighted, "#jobs")
    def read_log(self) -> None:
        """Show the log of the job under the cursor."""
        row = self.marked
        if row is None:
            self.query_one(LogPane).show_log([], "No job yet: + evaluates a model.")
            return
        self.fetch(
            lambda: self.session.jobs.log(row.job_id),
            lambda lines: self._show_log(row, lines),
            group="log",
        )
        self._draw_title(row)

    @property
    def marked(self) -> JobRow | None:
        """The job under the cursor."""
        key = self.query_one("#jobs", LineList).key
        return next((row for row in self._rows or () if str(row.job_id) == key), None)

    # Verbs ------------------------------------------------------------------------------------

    @on(LineList.Chosen)
    def action_open(self) -> None:
        """Open the failures of the run that the job made, else its details: why it failed."""
        row = self.marked
        if row is not None and row.run_id is not None:
            self.shell.open_cases(row.run_id)
        elif row is not None:
            self.action_details()

    def action_details(self) -> None:
        """Show parameters, result and error."""
        row = self.marked
        if row is not None:
            key = f"job {row.job_id}"

            def show(facts: tuple[tuple[str, str], ...]) -> None:
                self.app.push_screen(DetailsOverlay(key.capitalize(), facts))

            self.fetch(lambda: self.session.overview.details(key), show, group="details")

    def action_cancel_job(self) -> None:
        """Ask, then cancel the job."""
        row = self.marked
        if row is None or row.finished:
            self.say("Only a job that runs or waits can be cancelled.", "warn")
            return
        question = f"Cancel job {row.job_id}: {row.what}?"
        remark = "What it has finished is kept; r goes on from there."
        overlay = ConfirmOverlay(question, remark, "cancel the job")

        def answered(yes: bool | None) -> None:
            if yes:
                self.commit(
                    lambda: self.session.jobs.cancel(row.job_id), lambda _: self._asked(row)
                )

        self.app.push_screen(overlay, answered)

    def action_retry_job(self) -> None:
        """Queue the job again; it goes on where it stopped."""
        row = self.marked
        if row is not None:
            self.commit(lambda: self.session.jobs.retry(row.job_id), self._started)

    def action_new_evaluation(self) -> None:
        """Ask which model to evaluate on which data set."""
        ask_evaluation(self, None, self._started)

    def action_follow(self) -> None:
        """Follow the end of the log, or stay."""
        log = self.query_one(LogPane)
        log.follow = not log.follow
        self._draw()

    def action_other_down(self) -> None:
        """Scroll the log down."""
        self.query_one(LogPane).scroll_by(3)
        self._draw()

    def action_other_up(self) -> None:
        """Scroll the log up."""
        self.query_one(LogPane).scroll_by(-3)
        self._draw()

    # Inside -----------------------------------------------------------------------------------

    def _show(self, rows: tuple[JobRow, ...]) -> None:
        self._rows = rows
        self._draw()
        if self.shell.wanted_job is not None:
            self.query_one("#jobs", LineList).go(str(self.shell.wanted_job))
            self.shell.wanted_job = None
        self.read_log()

    def _draw(self) -> None:
        if self._rows is None or not self.size.width:
            return
        cells = self.size.width - 1
        self.query_one("#jobs-summary", TextLine).line = summary(self._rows)
        self.query_one("#jobs-header", TextLine).line = job_header(self._rows, cells)
        self.query_one("#jobs", LineList).show(job_lines(self._rows, cells))
        self._draw_title(self.marked)

    def _draw_title(self, row: JobRow | None) -> None:
        log = self.query_one(LogPane)
        title = self.query_one("#log-title", TextLine)
        if row is None:
            title.line = rule("log", self.size.width)
            return
        follow = "F follow on" if log.follow else "F follow off"
        narrow = row.state == "failed" and self.size.width < 100
        right = "J K scroll" if narrow else f"{follow}   J K scroll"
        text = f"{row.job_id} {row.state}"
        if remark := remark_of(row):
            text += f": {brief(remark, self.size.width - len(text) - len(right) - 12)}"
        title.line = rule(text, self.size.width, right)

    def _show_log(self, row: JobRow, lines: list[str]) -> None:
        if row.state == "failed" and row.remark and not any(row.remark in line for line in lines):
            lines = [*(line for line in lines if line), f"error: {row.remark}"]
        self.query_one(LogPane).show_log(lines, "no log yet")

    def _started(self, job: Job) -> None:
        self.shell.wanted_job = job.id
        self.say(f"Job {job.id} is queued; it goes on when you leave.", "good")
        self.reload()
        self.shell.look()

    def _asked(self, row: JobRow) -> None:
        self.say(f"Job {row.job_id} was asked to stop; it ends at the next shard.")
        self.reload()
