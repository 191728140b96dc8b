"""Home: what is here, what can be done next, and what this terminal can do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.widget import Widget

from store.records.job import Job
from workbench.presenters.home import home_lines, next_step, workspace_facts, workspace_key
from workbench.presenters.wrap import fact_lines
from workbench.screens.copying import Copying
from workbench.screens.evaluation import ask_evaluation
from workbench.screens.panes import Pane
from workbench.screens.table_export import write_list
from workbench.session.machine import look_at_machine
from workbench.session.resume import resume_row
from workbench.session.sample import start_sample
from workbench.session.setup import survey
from workbench.views.home import HomeView, TerminalFacts, WorkspaceRow
from workbench.views.keys.in_use import shown_key
from workbench.views.pulse import Pulse
from workbench.widgets.bindings import bindings
from workbench.widgets.case_text import Rule
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.picture_mode import PictureMode, drawing, in_browser

if TYPE_CHECKING:
    from workbench.modals.import_form import ImportWish
    from workbench.views.copies import Copies

STEPS = {
    "import": "asks for a file of captions and its images; each is checked, none copied.",
    "evaluate": "asks for a model and a data set; a job then ranks both directions.",
    "sample": "imports drawn scenes; a small CLIP and a small BLIP are evaluated on them.",
    "compare": "compares two runs: scores, what one fixes, and each query.",
    "guide": "shows the kinds of failure, with examples.",
}
"""What Enter does on the lines that stand for no thing that has details."""

WIDE = 140
"""From this width on there is room for the facts beside the list."""


class HomeScreen(Copying):
    """One list of lines; Enter on a line goes on from there."""

    NAME = "home"
    AUTO_FOCUS = "#home"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    DEFAULT_CSS = """
    HomeScreen {
        & > Columns { height: 1fr; }
        & #home-side { display: none; width: 2fr; border-left: vkey $rule; }
        & #home { width: 3fr; height: 1fr; }
        &.-wide #home-side { display: block; }
        &.-wide.-hidden #home-side { display: none; }
        &.-narrow > Columns { layout: vertical; }
        &.-narrow #home { width: 1fr; }
        &.-narrow.-hidden #home-side { display: block; width: 1fr; height: 9; border-left: none; }
    }
    """
    PANES = (Pane("#home"), Pane("#facts", "#facts-title"))
    BINDINGS = bindings("home")

    _view: HomeView | None = None
    _terminal: TerminalFacts | None = None
    _others: tuple[WorkspaceRow, ...] = ()
    _asked_others = False

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        with Columns():
            yield LineList(id="home")
            with Rows(id="home-side"):
                yield Rule("this line", id="facts-title")
                yield LogPane(id="facts")

    def reload(self) -> None:
        """Read everything that Home shows."""
        facts, folders, last = self._facts(), self.shell.data, self.shell.trail.cases

        def read() -> HomeView:
            found = self.session.overview.home(facts, folders)
            return replace(found, resume=resume_row(self.session, last))

        self.fetch(read, self._show, group="home")

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Look again at the other workspaces too, once this one is shown."""
        self._asked_others = False  # the library calls the method of the base class too

    def pulsed(self, pulse: Pulse) -> None:
        """Read again: a job moved or something was written."""
        self.reload()

    def aged(self) -> None:
        """Read again how old runs are; of the other workspaces only what is known is aged."""
        from workbench.session.recent import aged

        self._others = aged(self._others, self.session.clock())
        self.reload()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out for the new width."""
        super().on_resize(event)
        self.call_after_refresh(self.laid_out)

    @on(LineList.Highlighted, "#home")
    def show_facts(self) -> None:
        """Where there is room or `p` asks for it show everything about the marked line."""
        if self.shown(self.PANES[1]) is not None:
            self.fetch(self._read_facts(), self._show_facts, group="facts")

    # Verbs ------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Search images: a sentence typed here would else be verbs."""
        self.action_go_search()

    @on(LineList.Chosen, "#home")
    async def action_open(self) -> None:
        """Do what the marked line offers."""
        verb, _, number = self.query_one("#home", LineList).key.partition(" ")
        if verb == "resume":
            self.action_go_cases()
        elif verb == "run":
            self.shell.trail.open_cases(int(number))
        elif verb == "job":
            self.shell.trail.open_job(int(number))
        elif verb == "dataset":
            self._evaluate(int(number))
        elif verb == "compare":
            self.action_go_compare()
        elif verb == "import":
            self.action_import_dataset()
        elif verb == "evaluate":
            self._evaluate(None)
        elif verb == "sample":
            self._sample()
        elif verb == "guide":
            self.action_guide()
        elif other := self._other:
            self._leave_for(other.path)

    def action_new_evaluation(self) -> None:
        """Ask which model to evaluate on which data set."""
        self._evaluate(None)

    def action_import_dataset(self) -> None:
        """Ask which data set to import."""

        def start(wish: ImportWish | None) -> None:
            if wish is not None:
                self.commit(lambda: self.session.jobs.start_import(**wish.params()), self._started)

        def ask(readers: tuple[tuple[str, str], ...]) -> None:
            from workbench.modals.import_form import ImportForm

            found = self._view.found if self._view is not None else None
            self.app.push_screen(ImportForm(readers, survey, found), start)

        self.fetch_to_open(self.session.library.readers, ask)

    def action_details(self) -> None:
        """Show all numbers of the run, or the problems of the data set."""
        key = self.query_one("#home", LineList).key
        if key in STEPS:
            self.say(f"Enter {STEPS[key]}")
            return
        title = "Workspace" if self._other else key.capitalize()
        title = "Cases" if key == "resume" else title

        def show(table: tuple[tuple[str, str], ...]) -> None:
            from workbench.modals.details import DetailsOverlay

            self.app.push_screen(DetailsOverlay(title, table))

        self.fetch_to_open(self._read_facts(), show)

    def copying(self) -> Callable[[], Copies]:
        """Return what reads the path of the workspace and the command that opens it."""
        from workbench.presenters.clipboard import workspace_copies

        path = self._other.path if self._other else self.session.path
        return lambda: workspace_copies(str(path.resolve()))

    def action_export(self) -> None:
        """Write every run with its metrics to a file among the exports."""
        if self._view is None or not self._view.runs:
            new = shown_key("new_evaluation")
            self.say(f"There is no run to write yet: {new} evaluates a model.", "warn")
        else:
            write_list(self, "runs", self.session.tables.runs)

    def action_back(self) -> None:
        """Quit, jobs keep running; never with the key that came here from another screen."""
        if self.shell.trail.bounced:
            self.shell.trail.bounced = False
            self.say(f"{shown_key('back')} again quits; jobs keep running.")
        else:
            self.call_later(self.action_quit)

    # Inside -----------------------------------------------------------------------------------

    def _show(self, view: HomeView) -> None:
        before, self._view = self._view, view
        self._draw()
        lines = self.query_one("#home", LineList)
        if before is None:
            lines.end(last=False)
        elif step := next_step(before, view, lines.key):
            lines.go(step)
        elif before != view:
            self.show_facts()
        if not self._asked_others and not in_browser(os.environ):  # which cannot open another one
            self._asked_others = True
            self.call_after_refresh(self._ask_others)

    def _ask_others(self) -> None:
        from workbench.session.recent import other_workspaces

        def show(others: tuple[WorkspaceRow, ...]) -> None:
            self._others = others
            self._draw()

        self.fetch(lambda: other_workspaces(self.session), show, group="others")

    @property
    def _other(self) -> WorkspaceRow | None:
        """The other workspace under the cursor."""
        key = self.query_one("#home", LineList).key
        return next((row for row in self._others if workspace_key(row) == key), None)

    def _leave_for(self, path: Path) -> None:
        from workbench.session.recent import check_workspace

        self.fetch_to_open(
            lambda: check_workspace(path, readonly=self.session.readonly),
            lambda _: self.shell.leave_for(path),
        )

    def _read_facts(self) -> Callable[[], tuple[tuple[str, str], ...]]:
        """Return what reads the facts behind the marked line."""
        key, other = self.query_one("#home", LineList).key, self._other
        if other is not None:
            return lambda: workspace_facts(other)
        if key in STEPS:
            return lambda: (("Enter", STEPS[key]),)
        if key == "resume":
            row = self._view.resume if self._view is not None else None
            return lambda: row.facts if row is not None else ()
        return lambda: self.session.overview.details(key)

    def _draw(self) -> None:
        lines = self.query_one("#home", LineList)
        cells = lines.size.width
        if self._view is not None and cells:
            view = replace(self._view, others=self._others)
            lines.show(home_lines(view, cells - 1, self.size.height))

    def laid_out(self) -> None:
        """Draw the list for its width, and the facts if they are shown now."""
        self._draw()
        self.show_facts()

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        pane = self.query_one("#facts", LogPane)
        pane.show(fact_lines(facts, max(30, pane.size.width - 2)))
        pane.scroll_to(y=0, animate=False)

    def _facts(self) -> TerminalFacts:
        if self.shell.terminal is not None:
            return self.shell.terminal
        if self._terminal is None:
            colours = self.app.console.color_system
            mode = self.shell.image_mode
            images = drawing(cast(PictureMode, mode), os.environ)
            no_colour = {"NO_COLOR": "1"} if self.app.no_color else {}
            self._terminal = look_at_machine(
                {**os.environ, **no_colour},
                colours,
                images if images == mode else f"{images} ({mode})",
                self.session.workspace.journal_note,
            )
        return self._terminal

    def _evaluate(self, dataset_id: int | None) -> None:
        ask_evaluation(self, dataset_id, self._started)

    def _sample(self) -> None:
        self.say("Reading the sample ...", "busy")
        self.commit(lambda: start_sample(self.session), self._started)

    def _started(self, job: Job) -> None:
        self.say(f"Job {job.id} is queued; it goes on when you leave.", "good")
        self.reload()
        self.shell.look()
