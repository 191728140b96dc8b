"""What every screen has around its body: tabs, status, keys, and the verbs that work everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from store.records.run import Run
from workbench.modals.chord import ChordMenu
from workbench.presenters.labels import redone_sentence, undone_sentence
from workbench.presenters.shell import TABS
from workbench.screens.panes import PaneScreen
from workbench.screens.shell import Shell
from workbench.session import Session
from workbench.session.colours import colours_because, colours_sent
from workbench.views.keys.chords import TELLING, chord
from workbench.views.keys.in_use import keys_of
from workbench.views.pulse import Pulse
from workbench.widgets.bindings import bindings_now
from workbench.widgets.hollow import Hollow
from workbench.widgets.key_line import KeyLine
from workbench.widgets.line_list import LineList
from workbench.widgets.picture_mode import PictureMode, drawing
from workbench.widgets.status_line import StatusLine
from workbench.widgets.tab_line import TabLine
from workbench.widgets.too_small import NEEDED, TooSmall

if TYPE_CHECKING:
    from workbench.views.case import HistoryRow
    from workbench.views.case_view import CaseView
    from workbench.views.doctor import Check, TerminalLook


class WorkbenchScreen(Hollow, PaneScreen):
    """A screen of the workbench; subclasses give `NAME`, `body` and their own verbs."""

    NAME: ClassVar[str] = "home"
    AUTO_FOCUS: ClassVar[str | None] = "LineList"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._bindings = bindings_now(self.NAME)
        self._typing: Widget | None = None

    @property
    def shell(self) -> Shell:
        """The app."""
        return cast(Shell, self.app)

    def compose(self) -> ComposeResult:
        """Lay out line 1, the body, the status and the keys."""
        yield self.head()
        yield from self.body()
        yield StatusLine()
        yield KeyLine(self.NAME)
        yield TooSmall()

    def head(self) -> Widget:
        """Return line 1."""
        session = self.session
        notes = [name for name in ("read-only", "blind") if getattr(session, name.replace("-", ""))]
        return TabLine(self.NAME, self.shell.host, " ".join(notes))

    def body(self) -> Iterable[Widget]:
        """Return what is between line 1 and the status."""
        return ()

    # What the app tells ---------------------------------------------------------------------

    def pulsed(self, pulse: Pulse) -> None:
        """Something changed in the database or in a job; called at most once a second."""

    def aged(self) -> None:
        """A minute has passed: bring up to date what says how long ago something was."""

    def reload(self) -> None:
        """Read what is shown again from the database."""

    def show_badge(self, text: str) -> None:
        """Show the state of the jobs in line 1."""
        for line in self.query(TabLine):
            line.badge = text

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Bring line 1 up to date and read again what may have changed."""
        event.refresh_styles = False  # they are kept up to date while another screen is shown
        self.show_badge(self.shell.badge)
        if unsaid := self.shell.trail.take_unsaid():
            self.say(unsaid)
        self.reload()

    def on_screen_suspend(self) -> None:
        """Take the sentence away once another screen is shown: it may not be true any more."""
        if not isinstance(self.app.screen, ModalScreen):
            self.say("")

    @property
    def spoken(self) -> int:
        """How many sentences were said here."""
        return sum(status.spoken for status in self.query(StatusLine))

    def hush(self, spoken: int, key: str) -> None:
        """Take the sentence away that was there before a key, unless the key has said another."""
        if spoken == self.spoken:
            moved = any(key in verb.keys for verb in keys_of(self.NAME) if verb.group == "Move")
            for status in self.query(StatusLine):
                status.hush(moved=moved)

    def on_filter_line_edited(self) -> None:
        """Take away what was wrong with a filter that is being changed."""
        self.say("")

    def on_resize(self, event: events.Resize) -> None:
        """Below the smallest size show one line that says so."""
        wide, high = NEEDED
        small = event.size.width < wide or event.size.height < high
        if small and not self.has_class("-too-small"):
            self._typing = self.focused  # what is hidden loses it
        self.set_class(small, "-too-small")
        if not small and self._typing is not None:
            self.call_after_refresh(self.set_focus, self._typing)
            self._typing = None
        if self._zoomed:
            self.action_zoom()
        self.call_after_refresh(self.settle_panes)

    # Verbs of every screen ------------------------------------------------------------------

    @property
    def lines(self) -> LineList | None:
        """The list that the cursor keys move in."""
        return next(iter(self.query(LineList)), None)

    def action_chord(self, prefix: str) -> None:
        """Open the menu of a chord."""
        hidden = TELLING if self.session.blind else frozenset()
        entries = tuple(entry for entry in chord(self.NAME, prefix) if entry[1].id not in hidden)
        self.app.push_screen(ChordMenu(prefix, entries))

    def action_go_home(self) -> None:
        """Go to Home."""
        self.shell.trail.go("home")

    def action_go_cases(self) -> None:
        """Go to Cases."""
        self.shell.trail.go("cases")

    def action_go_clusters(self) -> None:
        """Go to Clusters."""
        self.shell.trail.go("clusters")

    def action_go_slices(self) -> None:
        """Go to Slices."""
        self.shell.trail.go("slices")

    def action_go_compare(self) -> None:
        """Go to Compare."""
        self.shell.trail.go("compare")

    def action_go_plots(self) -> None:
        """Go to Plots."""
        self.shell.trail.go("plots")

    def action_go_search(self) -> None:
        """Go to Search, with the keys in its line."""
        self.shell.trail.open_search()

    def action_go_jobs(self) -> None:
        """Go to Jobs."""
        self.shell.trail.go("jobs")

    def action_next_screen(self) -> None:
        """Go to the tab on the right."""
        self._tab(1)

    def action_previous_screen(self) -> None:
        """Go to the tab on the left."""
        self._tab(-1)

    def action_back(self) -> None:
        """Go back to where the user came from, at the end to Home."""
        self.shell.trail.back()

    def action_escape(self) -> None:
        """Clear what is typed or marked; nothing here."""

    async def action_quit(self) -> None:
        """Quit; jobs keep running."""
        await self.app.action_quit()

    def action_help(self) -> None:
        """Show all keys of this screen."""
        from workbench.modals.help import HelpOverlay

        def run(verb: str | None) -> None:
            if verb:
                self.call_later(self.run_action, verb)

        self.app.push_screen(HelpOverlay(self.NAME), run)

    def action_commands(self) -> None:
        """Open the command palette."""
        from workbench.palette.overlay import QuietPalette

        self.app.push_screen(QuietPalette())

    def action_guide(self) -> None:
        """Show the label guide."""
        from workbench.modals.guide import GuideOverlay

        self.app.push_screen(GuideOverlay(self.session.taxonomy))

    def action_history(self) -> None:
        """Show the newest decisions; Enter goes to the case of one."""
        from workbench.screens.decided import show_history

        show_history(self, self.jump)

    def jump(self, row: HistoryRow) -> None:
        """Go to the case of a decision: in Cases, in the newest run on its data set."""
        from workbench.screens.decided import view_of

        def show(view: CaseView) -> None:
            self.shell.trail.open_case(view, row.query_id)

        self.fetch_to_open(lambda: view_of(self.session, row), show)

    def action_doctor(self) -> None:
        """Say what this terminal and this machine can do, and what to set."""
        from workbench.modals.doctor import DoctorOverlay
        from workbench.session.doctor import examine

        look = self.terminal_look()

        def show(checks: tuple[Check, ...]) -> None:
            self.say("")
            self.app.push_screen(DoctorOverlay(checks))

        self.say("Looking at the terminal and the machine ..", "busy")
        self.fetch_to_open(lambda: examine(self.session, look), show)

    def report_runs(self) -> tuple[int, ...]:
        """Return the runs that a report is about: what Cases shows, or what this screen does."""
        view = self.shell.trail.place.view
        return () if view is None else (view.run_id,)

    def action_report(self) -> None:
        """Write a report of what is shown: a page for those who do not have the terminal."""
        from workbench.screens.reporting import ask_report

        def newest(run: Run | None) -> None:
            if run is None:
                self.say("No run yet, so no report: + on Home evaluates a model.", "warn")
            else:
                ask_report(self, (run.id,))

        if runs := self.report_runs():
            ask_report(self, runs)
        else:
            self.fetch_to_open(self.session.library.latest_run, newest)

    def action_reload(self) -> None:
        """Reload from the database."""
        self.reload()
        self.say("Reloaded.")

    def action_copy_selection(self) -> None:
        """Copy the text that is selected with the mouse; without one say how to quit."""
        Screen.action_copy_text(self)

    def action_redraw(self) -> None:
        """Draw the screen again."""
        self.shell.send_all()
        self.refresh(layout=True)

    def action_undo(self) -> None:
        """Undo the last change of a label."""
        self.commit(self.session.labels.undo, lambda undone: self.say(undone_sentence(undone)))

    def action_redo(self) -> None:
        """Redo what was undone."""
        self.commit(self.session.labels.redo, lambda redone: self.say(redone_sentence(redone)))

    def terminal_look(self) -> TerminalLook:
        """Return what is known of the terminal here."""
        from workbench.views.doctor import TerminalLook

        mode = cast(PictureMode, self.shell.image_mode)
        system = self.app.console.color_system
        return TerminalLook(
            size=(self.app.size.width, self.app.size.height),
            colours=colours_sent(None if self.app.no_color else system),
            because=colours_because(os.environ, self.shell.color),
            pictures=drawing(mode, os.environ),
            mode=mode,
        )

    def _tab(self, step: int) -> None:
        names = [name for name, _ in TABS]
        here = self.shell.trail.place.screen  # of Triage the tab that it lies over
        self.shell.trail.go(names[(names.index(here) + step) % len(names)])
