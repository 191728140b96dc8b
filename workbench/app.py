"""The terminal face: puts screens, themes, signals and the look at the jobs together."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import Worker, WorkerFailed

from workbench.palette.commands import VerbCommands
from workbench.presenters.shell import badge, ended_news, ended_run, ended_sentence
from workbench.screens.frame import WorkbenchScreen
from workbench.session import Session, SessionError, open_session
from workbench.session.keymap import load_keys
from workbench.session.recent import remember
from workbench.views.case_view import CaseView, Direction
from workbench.views.keys.hints import use_labels
from workbench.views.keys.in_use import all_keys, use_keys
from workbench.views.line import Tone
from workbench.views.place import ClusterPlace, ComparePlace, Place, SearchPlace, SlicePlace
from workbench.views.pulse import Pulse
from workbench.widgets.ascii_filter import AsciiFilter
from workbench.widgets.hangup import Hangup
from workbench.widgets.nearest_256 import Nearest256
from workbench.widgets.painted import lay_again
from workbench.widgets.stylesheet import ParsedOnce
from workbench.widgets.themes import DEFAULTS, THEMES, first_theme, no_colour

if TYPE_CHECKING:
    from workbench.views.home import TerminalFacts

LOOK_EVERY_S = 1.0
READONLY = "Open read-only: nothing that you do here is kept."


class WorkbenchApp(App[None]):
    """The composition root. `start` is a tab, or "" for where the user was last."""

    TITLE = "workbench"
    CSS_PATH = "workbench.tcss"
    COMMANDS = {VerbCommands}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True, system=True),
        Binding("ctrl+c", "explain_quit", show=False, system=True),
        Binding("ctrl+z", "suspend_process", show=False, system=True),  # as everywhere; `fg`
    ]

    def __init__(
        self,
        session: Session,
        start: str = "",
        *,
        run_id: int | None = None,
        direction: Direction = "t2i",
        filter: str | None = None,
        query_id: int | None = None,
        job_id: int | None = None,
        compare: tuple[int, int] | None = None,
        image_mode: str = "auto",
        color: str = "auto",
        ascii: bool = False,
        host: str | None = None,
        terminal: TerminalFacts | None = None,
        data: tuple[Path, ...] = (),
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        colourless = no_colour()
        self._place = session.places.load()
        tabs = self._tabs()
        first = start or self._place.screen
        # The first screen is the library's first mode: switching to it from an empty one would
        # read the stylesheets three times before anything is painted.
        self.DEFAULT_MODE = first if first in tabs else "home"  # type: ignore[misc]
        super().__init__(ansi_color=True if colourless else None)
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())
        for name, make in tabs.items():
            self.add_mode(name, make)
        self.session = session
        use_labels(category.key for category in session.taxonomy.categories)
        self.image_mode = image_mode
        self.color = color
        self._own_filters: list[LineFilter] = [AsciiFilter()] if ascii else []
        if self.console.color_system == "256":
            self._own_filters.append(Nearest256())
        self.host = host
        self.data = data
        self.terminal = terminal
        self.hangup = Hangup()
        self.badge = "0 jobs"
        self._place = replace(self._place, screen=self.DEFAULT_MODE)
        if run_id is not None:
            self._place = replace(self._place, view=CaseView(run_id, direction), query_id=query_id)
        if filter is not None and self._place.view is not None:
            view = replace(self._place.view, filter=filter)
            self._place = replace(self._place, view=view, query_id=query_id)
        if compare is not None:
            self._place = replace(self._place, compare=ComparePlace(*compare))
        self._pulse = Pulse()
        self._news = ""
        self._unsaid = READONLY if session.readonly else ""
        self._without_verb: weakref.WeakSet[events.Key] = weakref.WeakSet()
        self.wanted_job = job_id
        self.wanted_view: CaseView | None = None
        self.wanted_compare: ComparePlace | None = None
        self.wanted_search: SearchPlace | None = None
        self.types_search = False
        self.bounced = False
        self._trail: list[Place] = []
        self.fault: BaseException | None = None
        self.elsewhere: Path | None = None
        self._looking = False
        self._look_every_s = look_every_s
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = first_theme(self._place.theme, colourless, self.console.color_system)
        self._first_theme = self.theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours that the library's own themes lack."""
        return DEFAULTS

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes every line before it is painted."""
        return [*super().get_line_filters(), *self._own_filters]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Paint cells, then the sixels that lie upon them."""
        super()._display(screen, renderable)
        lay_again(renderable)

    def on_mount(self) -> None:
        """Begin to look at the jobs."""
        self._catch_signals()
        self.app_resume_signal.subscribe(self, self._resumed)
        if self._look_every_s:
            self.set_interval(self._look_every_s, self.look)
        self.call_after_refresh(self.look)

    async def on_event(self, event: events.Event) -> None:
        """Run the verb of a key before the next key is looked at.

        The library hands keys to the focused widget's queue, so that of two keys typed at once the
        second would reach the screen that the first has just covered: `e` and `1` would label.
        A text field keeps its own order: Enter comes after the letters before it. A key without a
        verb ends where it was typed: it comes back late, when another screen may be shown.
        Where the screen is hidden, being too small, nothing can be labelled unseen: one can leave.
        """
        if isinstance(event, events.Key):
            if event in self._without_verb:
                return
            if self.screen.has_class("-too-small") and event.key not in _unseen_keys():
                return
            writing = self.focused is not None and self.focused.check_consume_key("a", "a")
            if not event.is_forwarded and not writing:
                screen = self.screen if isinstance(self.screen, WorkbenchScreen) else None
                spoken = screen.spoken if screen is not None else 0
                if await self._check_bindings(event.key):
                    if screen is not None:
                        screen.hush(spoken, event.key)
                    return
                self._without_verb.add(event)
        await super().on_event(event)

    # What screens ask (workbench.screens.shell) -----------------------------------------------

    @property
    def place(self) -> Place:
        """Where the user is, or was last."""
        return self._place

    def go(self, screen: str) -> None:
        """Show a tab: from there the way back is Home."""
        self._trail.clear()
        self.bounced = False
        self._switch(screen)

    def _drill(self, screen: str) -> None:
        """Show a tab because of something on this one: the way back is here."""
        if screen != self.current_mode:
            self._trail.append(self._place)
            self._switch(screen)
            while len(self.screen_stack) > 1:  # a triage that was left open there
                self.pop_screen()

    def _switch(self, screen: str) -> None:
        if screen != self.current_mode:
            self._place = replace(self._place, screen=screen)
            self.switch_mode(screen)

    def back(self) -> None:
        """Show again where the user came from, at the same list and row; else Home."""
        if not self._trail:
            self.bounced = True
            self._switch("home")
            return
        there = self._trail.pop()
        self._place = replace(self._place, view=there.view, query_id=there.query_id)
        if there.screen == "cases":
            self.wanted_view = there.view
        elif there.screen == "compare" and there.compare is not None:
            self.leave_compare(there.compare)
            self.wanted_compare = there.compare
        elif there.screen == "search" and there.search != self._place.search:
            self.wanted_search = there.search
        self._switch(there.screen)

    def open_cases(self, run_id: int) -> None:
        """Show the cases of a run."""
        if self._place.view is None or self._place.view.run_id != run_id:
            self.leave_at(CaseView(run_id), None)
        self._drill("cases")

    def open_job(self, job_id: int) -> None:
        """Show Jobs with the cursor on a job."""
        self.wanted_job = job_id
        self._drill("jobs")

    def open_case(self, view: CaseView, query_id: int) -> None:
        """Show a case in the list of a view."""
        self.leave_at(view, query_id)
        self.wanted_view = view
        self._drill("cases")

    def open_view(self, view: CaseView, says: str = "") -> None:
        """Show the cases of a view, and say a sentence there."""
        self.leave_at(view, None)
        self.wanted_view = view
        self._unsaid = says
        self._drill("cases")

    def leave_plot(self, kind: str) -> None:
        """Remember the plot that is looked at."""
        self._place = replace(self._place, plot=kind)

    def open_compare(self, place: ComparePlace) -> None:
        """Show a comparison; a triage that lies over Compare is closed."""
        self.leave_compare(place)
        self.wanted_compare = place
        if self.current_mode == "compare":
            self.pop_screen()
        else:
            self._drill("compare")

    def open_search(self, place: SearchPlace | None = None) -> None:
        """Show a search, else the last one; unless it is of an image its line has the keys."""
        if place is not None:
            self.leave_search(place)
        self.wanted_search = place
        self.types_search = place is None or place.image_id is None
        self._drill("search")

    def leave_search(self, place: SearchPlace) -> None:
        """Remember what was searched for."""
        self._place = replace(self._place, search=place)

    def leave_compare(self, place: ComparePlace) -> None:
        """Remember what is compared, and the cursor."""
        self._place = replace(self._place, compare=place)

    def leave_clusters(self, place: ClusterPlace) -> None:
        """Remember the order of the clusters, and the cursor."""
        self._place = replace(self._place, clusters=place)

    def leave_slices(self, place: SlicePlace) -> None:
        """Remember which R@K is sliced, the order, and the cursor."""
        self._place = replace(self._place, slices=place)

    def leave_at(self, view: CaseView, query_id: int | None) -> None:
        """Remember the case list and the cursor."""
        self._place = replace(self._place, view=view, query_id=query_id)

    def look(self) -> None:
        """Look in a thread at what has changed, unless the last look still goes on."""
        if not self._looking:
            self._looking = True
            _: Worker[None] = self.run_worker(self._look, group="look")

    async def _look(self) -> None:
        try:
            pulse = await asyncio.to_thread(self.session.pulse)
        except SessionError as error:
            self.tell(str(error), "bad")
            return
        finally:
            self._looking = False
        if pulse == self._pulse:
            return
        self._pulse = pulse
        self._news = ended_news(pulse.ended) or self._news
        self.badge = badge(pulse, self._news)
        if pulse.ring:
            self.bell()
        if pulse.ended:
            offered = self._offer(ended_run(pulse.ended))
            self.tell(ended_sentence(pulse.ended, offered=offered), keep=True)
        # A screen under another one is brought up to date when it is shown again: drawing it now
        # would send the whole screen above it once more.
        if isinstance(self.screen, WorkbenchScreen):
            self.screen.show_badge(self.badge)
            self.screen.pulsed(pulse)

    def _offer(self, run_id: int | None) -> bool:
        """Let `g c` open a new run, unless the cases of another are on screen."""
        if run_id is None or self.current_mode == "cases":
            return False
        view = replace(self._place.view or CaseView(run_id), run_id=run_id)
        self.leave_at(view, None)
        return True

    def take_unsaid(self) -> str:
        """Return what could not be said while something lay over the screen, once."""
        sentence, self._unsaid = self._unsaid, ""
        return sentence

    def tell(self, sentence: str, tone: Tone = "", *, keep: bool = False) -> None:
        """Say a sentence on whatever screen is shown now; `keep` it while the cursor moves."""
        if isinstance(self.screen, WorkbenchScreen) and self.screen.is_mounted:
            self.screen.say(sentence, tone, keep=keep)
        else:
            self._unsaid = sentence

    def copy_to_clipboard(self, text: str) -> None:
        """Hand a text to the terminal; the library's own form does not leave tmux."""
        from workbench.presenters.clipboard import osc52

        self._clipboard = text
        if self._driver is not None:
            self._driver.write(osc52(text, tmux=bool(os.environ.get("TMUX"))))

    def _resumed(self, _: App[object]) -> None:
        """Draw again after `fg`: the terminal may have forgotten the pictures."""
        if isinstance(self.screen, WorkbenchScreen):
            self.screen.action_redraw()

    # Ending -----------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """End at a fault of the program; `fault` has it, the terminal gets no values of variables.

        The place is not saved: the next start is not to end like this one.
        """
        self._return_code = 1
        if self.fault is None:
            inner = error.error if isinstance(error, WorkerFailed) else error
            self.fault, self._exception = inner, error
            self._exception_event.set()
        self._close_messages_no_wait()

    async def action_quit(self) -> None:
        """Quit; jobs keep running."""
        self._save_place()
        self.exit()

    def leave_for(self, workspace: Path) -> None:
        """Quit, and ask whoever has started the face to open another workspace."""
        self.elsewhere = workspace
        self._save_place()
        self.exit()

    def action_explain_quit(self) -> None:
        """Say how to quit."""
        self.tell("Ctrl+Q quits; jobs keep running.")

    def _save_place(self) -> None:
        chosen = self._place.theme if self.theme == self._first_theme else self.theme
        self.session.places.save(replace(self._place, theme=chosen))

    def _tabs(self) -> dict[str, Callable[[], Screen[Any]]]:
        return {
            "home": self._home,
            "cases": self._cases,
            "clusters": self._clusters,
            "slices": self._slices,
            "compare": self._compare,
            "plots": self._plots,
            "jobs": self._jobs,
            "search": self._search,
        }

    # Each screen is imported when it is first shown: the first paint comes sooner.

    def _home(self) -> Screen[Any]:
        from workbench.screens.home import HomeScreen

        return HomeScreen(self.session)

    def _cases(self) -> Screen[Any]:
        from workbench.screens.cases import CasesScreen

        return CasesScreen(self.session)

    def _clusters(self) -> Screen[Any]:
        from workbench.screens.clusters import ClustersScreen

        return ClustersScreen(self.session)

    def _slices(self) -> Screen[Any]:
        from workbench.screens.slices import SlicesScreen

        return SlicesScreen(self.session)

    def _compare(self) -> Screen[Any]:
        from workbench.screens.compare import CompareScreen

        return CompareScreen(self.session)

    def _plots(self) -> Screen[Any]:
        from workbench.screens.plots import PlotsScreen

        return PlotsScreen(self.session)

    def _jobs(self) -> Screen[Any]:
        from workbench.screens.jobs import JobsScreen

        return JobsScreen(self.session)

    def _search(self) -> Screen[Any]:
        from workbench.screens.search import SearchScreen

        return SearchScreen(self.session)

    def _catch_signals(self) -> None:
        """Leave the terminal as it was found when the line drops or the program is ended."""
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._end_by_signal, number)
        if sys.__stdin__ is not None:  # what the library reads
            end = partial(self._end_by_signal, signal.SIGHUP)
            self.hangup.watch(sys.__stdin__.fileno(), lambda: loop.call_soon_threadsafe(end))

    def _end_by_signal(self, number: int) -> None:
        self._save_place()
        self.exit(return_code=128 + number)


def _unseen_keys() -> set[str]:
    """Return the keys that do no harm on a screen that is not seen."""
    verbs = (key for key in all_keys() if key.id in ("quit", "redraw"))
    return {"ctrl+z", *(key for verb in verbs for key in verb.keys)}


def run_app(
    workspace: Path,
    start: str = "",
    *,
    annotator: str = "me",
    readonly: bool = False,
    blind: bool = False,
    image_mode: str = "auto",
    color: str = "auto",
    ascii: bool = False,
    run_id: int | None = None,
    direction: Direction = "t2i",
    filter: str | None = None,
    query_id: int | None = None,
    job_id: int | None = None,
    compare: tuple[int, int] | None = None,
    mouse: bool = True,
    data: tuple[Path, ...] = (),
    late_answers: bool = False,
    debug: bool = False,
) -> int | Path:
    """Open a workspace in the terminal; raises SessionError.

    Returns the exit code, or the workspace that is to be opened next.

    `late_answers`: the terminal may still answer what it was asked before. `debug` shows the
    traceback of a fault of the program, which otherwise is in a file only.
    """
    if late_answers:
        from workbench.widgets.late_answers import expect_late_answers

        expect_late_answers()
    use_keys(load_keys(workspace))
    session = open_session(workspace, annotator=annotator, readonly=readonly, blind=blind)
    remember(workspace, session.clock())
    try:
        app = WorkbenchApp(
            session,
            start,
            run_id=run_id,
            direction=direction,
            filter=filter,
            query_id=query_id,
            job_id=job_id,
            compare=compare,
            image_mode=image_mode,
            color=color,
            ascii=ascii,
            data=data,
        )
        try:
            app.run(mouse=mouse)
        finally:
            app.hangup.left()
        if app.fault is not None:
            _say_fault(session, app.fault, debug=debug)
        return app.elsewhere or app.return_code or 0
    finally:
        remember(workspace, session.clock())
        session.close()


def _say_fault(session: Session, error: BaseException, *, debug: bool) -> None:
    """Say in the terminal, which is as it was before, what has ended the program."""
    from workbench.session.crash import crash_sentences, keep_crash, written

    path = keep_crash(error, session.path, session.clock())
    if debug:
        print(written(error), file=sys.stderr)
    print(*crash_sentences(error, path), sep="\n", file=sys.stderr)
