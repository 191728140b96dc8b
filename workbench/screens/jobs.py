"""Jobs: what runs, what waits, what went wrong, and the log of the marked one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual import events, on
from textual.widget import Widget

from workbench.presenters.devices import device_lines
from workbench.presenters.job_table import SORTS, brief, job_header, job_lines, remark_of, summary
from workbench.presenters.log import is_trouble
from workbench.presenters.rule import rule
from workbench.presenters.shell import opens_result
from workbench.presenters.text import width
from workbench.presenters.wrap import fact_lines
from workbench.screens.job_verbs import JobVerbs
from workbench.screens.panes import Pane
from workbench.views.devices import DevicesView
from workbench.views.job import JobRow, LogTail
from workbench.views.line import Line, Span
from workbench.views.pulse import Pulse
from workbench.widgets.bindings import bindings
from workbench.widgets.case_text import Rule
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.text_block import TextBlock
from workbench.widgets.text_line import TextLine

WIDE = 160
"""From this width on the facts of the marked job are beside its log."""

FACTS = 72
"""Cells of those facts."""

LOW = 20
"""Below this height the table leaves three lines to the log."""

TALL = 30
"""From this height on every GPU may have a line of its own."""


class JobsScreen(JobVerbs):
    """The devices, a table of jobs, and the log of the marked one."""

    NAME = "jobs"
    AUTO_FOCUS = "#jobs"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LOW, "-high")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    PANES = (
        Pane("#jobs", "#jobs-header"),
        Pane("#log", "#log-title, #job-code"),
        Pane("#job-facts", "#facts-title"),
    )
    BINDINGS = bindings("jobs")
    DEFAULT_CSS = f"""
    JobsScreen {{
        & > #devices {{ height: 1; }}
        & > #jobs {{ height: auto; min-height: 3; max-height: 55%; }}
        & > Columns {{ height: 1fr; min-height: 3; }}
        & #log {{ width: 1fr; }}
        & #job-side {{ display: none; width: {FACTS}; border-left: vkey $rule; }}
        &.-wide #job-side {{ display: block; }}
        &.-low > #jobs {{ max-height: 40%; }}
        &.-filtering > #jobs-summary {{ display: none; }}
        &.-low > #job-code {{ display: none; }}
        &.-hidden > #jobs {{ height: 1fr; max-height: 100%; }}
        &.-hidden > #log-title, &.-hidden > Columns, &.-hidden > #job-code {{ display: none; }}
    }}
    """

    _devices: DevicesView | None = None

    def body(self) -> Iterable[Widget]:
        """Return the devices, the counts, the table, the log and where the job is from."""
        yield TextBlock(id="devices")
        yield TextLine(id="jobs-summary")
        yield self.words_line()
        yield TextLine(id="jobs-header")
        yield LineList(id="jobs")
        yield TextLine(id="log-title")
        with Columns():
            yield LogPane(id="log")
            with Rows(id="job-side"):
                yield Rule("this job", id="facts-title")
                yield LogPane(id="job-facts")
        yield TextLine(id="job-code")

    def on_mount(self) -> None:
        """Look at the devices now and then, as others may take and leave them."""
        self.set_interval(3.0, self.look_at_devices)

    def reload(self) -> None:
        """Read the devices, the jobs and the log."""
        self.look_at_devices()
        self.fetch(self.session.overview.job_rows, self._show, group="jobs")

    def pulsed(self, pulse: Pulse) -> None:
        """Read again: a job moved."""
        self.reload()

    def on_resize(self, event: events.Resize) -> None:
        """Lay everything out for the new size."""
        super().on_resize(event)
        self._draw()
        self.read_log()

    @on(LineList.Highlighted, "#jobs")
    def read_log(self) -> None:
        """Show the log of the job under the cursor."""
        row = self.row
        if row is None:
            self.log_pane.show_log([], "No job yet: + evaluates a model.")
            return
        self.fetch(
            lambda: self.session.jobs.log(row.job_id),
            lambda tail: self._show_log(row, tail),
            group="log",
        )
        self._draw_title()
        if self.size.width >= WIDE:
            self.fetch(
                lambda: self.session.overview.job_brief(row.job_id),
                lambda facts: self._show_facts(row, facts),
                group="facts",
            )

    @property
    def log_pane(self) -> LogPane:
        """The log of the job under the cursor."""
        return self.query_one("#log", LogPane)

    # Verbs of the log -------------------------------------------------------------------------

    @on(LineList.Chosen, "#jobs")
    def action_open(self) -> None:
        """Open the whole log on the whole screen."""
        self._open_log()

    def _open_log(self, *, searching: bool = False) -> None:
        row = self.row
        if row is None:
            return
        from workbench.modals.log_pager import LogPager

        def live() -> bool:
            now = next((one for one in self.rows if one.job_id == row.job_id), None)
            return now is not None and not now.finished

        read = partial(self._full_log, row.job_id)
        wraps = self.log_pane.wraps

        def run(verb: str | None) -> None:
            if verb:
                self.call_later(self.run_action, verb)

        pager = LogPager(row.job_id, read, live, wraps=wraps, searching=searching)
        self.app.push_screen(pager, run)

    def action_filter(self) -> None:
        """Filter the jobs; where the keys are in the log, search the whole of it."""
        if self.active_pane.at == "#jobs":
            super().action_filter()
        else:
            self._open_log(searching=True)

    def action_wrap(self) -> None:
        """Wrap the long lines of the log, or cut them."""
        self.log_pane.wraps = not self.log_pane.wraps
        self._draw_title()

    def action_follow(self) -> None:
        """Follow the end of the log, or stay."""
        self.log_pane.follow = not self.log_pane.follow
        self._draw_title()

    def action_next_error(self) -> None:
        """Go to the next error or warning of the log."""
        found = self.log_pane.find(is_trouble)
        if found is None:
            self.say("There is no error or warning in the end of this log: Enter shows more.")
        else:
            self.say(f"Error or warning {found[0]} of {found[1]}; E goes on, F follows the end.")
        self._draw_title()

    def move(self, pane: Pane, rows: int) -> None:
        """Move in a pane; at its end the log follows what is written."""
        super().move(pane, rows)
        self._draw_title()

    def pane_changed(self) -> None:
        """Say in the title of the log whether the keys go there."""
        self._draw_title()

    def action_go_cases(self) -> None:
        """Go to Cases: those of the run that the marked job made, if it made one."""
        if self.row is not None and self.row.run_id is not None:
            self.shell.trail.open_cases(self.row.run_id)
        else:
            self.shell.trail.go("cases")

    # Inside -----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the table and what goes with it."""
        self._draw()

    def _full_log(self, job_id: int) -> LogTail:
        return self.session.jobs.full_log(job_id)

    def look_at_devices(self) -> None:
        """Look at the devices while they are seen."""
        if self.is_current:
            self.fetch(self.session.devices.look, self._show_devices, group="devices")

    def _show_devices(self, view: DevicesView) -> None:
        if view != self._devices:
            self._devices = view
            self._draw_devices()

    def _show(self, rows: tuple[JobRow, ...]) -> None:
        first = self.keep(rows)
        self._draw()
        if first is not None:
            self.query_one("#jobs", LineList).go(str(first))
        if self.shell.trail.wanted_job is not None:
            self.query_one("#jobs", LineList).go(str(self.shell.trail.wanted_job))
            self.shell.trail.wanted_job = None
        self.read_log()

    def _draw(self) -> None:
        if not self.known or not self.size.width:
            return
        cells = self.size.width - 1
        self._draw_devices()
        order = f"sort: {SORTS[self.order.lstrip('-')]}" if self.order else ""
        narrowed = [text for text in (self.said_filter(), order) if text]
        self.query_one("#jobs-summary", TextLine).line = summary(
            self.rows, self.size.width, len(self.marks), narrowed
        )
        self.query_one("#jobs-header", TextLine).line = job_header(self.rows, cells)
        self.query_one("#jobs", LineList).show(job_lines(self.listed, cells, self.marks))
        self._draw_title()

    def _draw_devices(self) -> None:
        if self._devices is None or not self.size.width:
            return
        view, tall = self._devices, self.size.height >= TALL
        block = self.query_one("#devices", TextBlock)
        block.styles.height = len(device_lines(view, self.size.width, tall=tall))
        block.show(lambda cells, _: device_lines(view, cells, tall=tall))

    def _draw_title(self) -> None:
        row, cells = self.row, self.size.width
        title = self.query_one("#log-title", TextLine)
        code = self.query_one("#job-code", TextLine)
        if row is None:
            title.line, code.line = rule("log", cells), Line(())
            return
        follow = f"F follow {'on' if self.log_pane.follow else 'off'}"
        follow = follow if self.log_pane.wraps else f"W wrap off   {follow}"
        right = f"{follow}   Enter full log" if cells >= 100 or row.state != "failed" else follow
        text = f"{row.job_id} {row.words}"
        if remark := remark_of(row):
            text += f": {brief(remark, cells - len(text) - len(right) - 12)}"
        title.line = rule(text, cells, right, here=self.active_pane.at == "#log")
        code.line = Line((Span(f" {_about(row, cells - 2)}", "dim"),))

    def _show_log(self, row: JobRow, tail: LogTail) -> None:
        lines = list(tail.lines)
        if row.state == "failed" and row.remark and not any(row.remark in line for line in lines):
            lines = [*(line for line in lines if line), f"error: {row.remark}"]
        nothing = "no log yet" if not row.finished else "this job wrote no log"
        self.log_pane.show_log(lines, nothing)

    def _show_facts(self, row: JobRow, facts: tuple[tuple[str, str], ...]) -> None:
        if self.row is not None and self.row.job_id == row.job_id:
            lines = fact_lines(facts, FACTS - 3)
            self.query_one("#job-facts", LogPane).show(lines)


def _about(row: JobRow, cells: int) -> str:
    """Return the line under the log: what the job was frozen with, and that it lives on its own."""
    parts = [row.code] if row.code else []
    if row.attempts > 1:
        parts.append(f"attempt {row.attempts}")
    if row.study:
        parts.append(f"study {row.study}")
    if row.run_id is not None:
        parts.append(opens_result(row.kind, row.run_id))
    if row.in_queue or row.state in ("running", "stopping"):
        parts.append("goes on after q and logout")
    text = ""
    for part in parts:
        longer = f"{text}   {part}" if text else part
        text = longer if width(longer) <= cells else text
    return text
