"""The terminal face: puts screens, themes, signals and the look at the jobs together."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import actions, events
from textual.actions import ActionParseResult
from textual.app import App
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.widget import MountError
from textual.worker import Worker, WorkerFailed

from workbench.modals.chord import ChordMenu
from workbench.palette.commands import VerbCommands
from workbench.presenters.shell import ended_run, ended_sentence
from workbench.screens.frame import WorkbenchScreen
from workbench.screens.tabs import import_tabs, tabs
from workbench.screens.trail import Trail
from workbench.session import Session, SessionError
from workbench.session.heap import Upkeep
from workbench.session.job_watch import JobWatch
from workbench.views.deep_link import DeepLink
from workbench.views.keys.hints import use_labels
from workbench.views.keys.in_use import all_keys
from workbench.views.keys.writing import WRITING
from workbench.views.line import Tone
from workbench.views.place import Place
from workbench.widgets.hangup import Hangup
from workbench.widgets.sparing_app import SparingApp
from workbench.widgets.stylesheet import ParsedOnce
from workbench.widgets.themes import DEFAULTS, THEMES, first_theme, no_colour

if TYPE_CHECKING:
    from workbench.views.home import TerminalFacts

LOOK_EVERY_S = 1.0
OPENED_S = 1.0
"""Behind the first frame and its rows."""
AGE_EVERY_S = 60.0
"""Ages are shown in minutes."""
READONLY = "Open read-only: nothing that you do here is kept."
REFUSED = "This workspace is open read-only: leave out --readonly to change it."


class WorkbenchApp(SparingApp):
    """The composition root; `link` says what is shown first, `opened` is called after that."""

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
        link: DeepLink,
        *,
        image_mode: str = "auto",
        color: str = "auto",
        ascii: bool = False,
        host: str | None = None,
        terminal: TerminalFacts | None = None,
        data: tuple[Path, ...] = (),
        opened: Callable[[], None] | None = None,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        colourless = no_colour()
        place = link.place(session.places.load())
        # The first screen is the library's first mode: switching to it from an empty one would
        # read the stylesheets three times before anything is painted.
        self.DEFAULT_MODE = place.screen  # type: ignore[misc]
        super().__init__(ascii=ascii, ansi_color=True if colourless else None)
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())
        for name, make in tabs(session).items():
            self.add_mode(name, make)
        self.session = session
        use_labels(category.key for category in session.taxonomy.categories)
        self.trail = Trail(place, self.switch_mode, self._uncover)
        self.trail.wanted_job = link.job_id
        self.trail.unsaid = READONLY if session.readonly else ""
        self.image_mode = image_mode
        self.color = color
        self.host = host
        self.data = data
        self.terminal = terminal
        self.hangup = Hangup()
        self.fault: BaseException | None = None
        self.elsewhere: Path | None = None
        self._jobs = JobWatch(session.pulse)
        self._opened = opened
        self._look_every_s = look_every_s
        self._aged_at = session.clock()
        self._upkeep = Upkeep()
        self._without_verb: weakref.WeakSet[events.Key] = weakref.WeakSet()
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = first_theme(place.theme, colourless, self.console.color_system)
        self._first_theme = self.theme
        self._saved = self._leaving_place()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours that the library's own themes lack."""
        return DEFAULTS

    def on_mount(self) -> None:
        """Begin to look at the jobs."""
        if not self.is_headless:
            self.hangup.catch(self._end_by_signal)
        self.app_resume_signal.subscribe(self, self._resumed)
        if self._look_every_s:
            self.set_interval(self._look_every_s, self.look)
        self.call_after_refresh(self.look)
        if self._opened is not None:
            self.set_timer(OPENED_S, partial(self.run_worker, self._opened, thread=True))

    async def on_event(self, event: events.Event) -> None:
        """Run the verb of a key before the next key is looked at.

        The library hands keys to the focused widget's queue, so that of two keys typed at once the
        second would reach the screen that the first has just covered: `e` and `1` would label.
        A text field keeps its own order: Enter comes after the letters before it. A key without a
        verb ends where it was typed: it comes back late, when another screen may be shown.
        Where the screen is hidden, being too small, nothing can be labelled unseen: one can leave.
        """
        if isinstance(event, events.Resize):
            self.forget_sent()  # the terminal may have moved or lost what it showed
            if event.size == self._size:
                self.screen.refresh()
        if isinstance(event, events.InputEvent):
            self._upkeep.used()
        if isinstance(event, events.Key):
            if event in self._without_verb:
                return
            if self.screen.has_class("-too-small") and event.key not in _unseen_keys():
                return
            over = not isinstance(self.screen, WorkbenchScreen)
            if over and not event.is_printable and event.key in _keys("redraw"):
                self.send_all()
                return
            writing = self.focused is not None and self.focused.check_consume_key("a", "a")
            if not event.is_forwarded and not writing:
                screen = self.screen if isinstance(self.screen, WorkbenchScreen) else None
                spoken = screen.spoken if screen is not None else 0
                if await self._check_bindings(event.key):
                    if screen is not None:
                        screen.hush(spoken, event.key)
                    return
                if isinstance(self.screen, ChordMenu):
                    if not await self._check_bindings(event.key, priority=True):  # as Ctrl+Q
                        await self._end_chord(self.screen, event.character or "")
                    return
                self._without_verb.add(event)
        await super().on_event(event)

    async def _end_chord(self, menu: ChordMenu, typed: str) -> None:
        """Close the menu of a chord, and run the verb of its second key before the next key."""
        self.pop_screen()
        if verb := menu.verb(typed):
            await self.run_action(verb, self.screen)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run a verb; one that writes is refused here and now where nothing may be written."""
        verb = actions.parse(action)[1] if isinstance(action, str) else action[1]
        if self.session.readonly and verb in WRITING and isinstance(self.screen, WorkbenchScreen):
            self.tell(REFUSED, "warn")
            return True
        return await super().run_action(action, default_namespace, namespaces)

    # What screens ask (workbench.screens.shell) -----------------------------------------------

    @property
    def badge(self) -> str:
        """What line 1 says of the jobs."""
        return self._jobs.badge

    def look(self) -> None:
        """Look in a thread at what has changed, unless the last look still goes on."""
        if self._upkeep.rests():
            self.run_worker(self._rest(), group="rest", exit_on_error=False)
        if self._saved != self._leaving_place():  # whatever ends the program, the next goes on here
            self.run_worker(self._save_place, thread=True, group="place")
        _: Worker[None] = self.run_worker(self._look, group="look")

    async def _rest(self) -> None:
        """Do what makes the next keys faster and memory small, as long as the keys rest."""
        await asyncio.to_thread(import_tabs)
        for name in self._modes:
            if not self._upkeep.resting:
                return
            await self.prepare_mode(name)
        await asyncio.to_thread(self.session.shrink)

    async def _look(self) -> None:
        try:
            pulse = await self._jobs.look()
        except SessionError as error:
            self.tell(str(error), "bad")
            return
        self._age()
        if pulse is None:
            return
        if pulse.ring:
            self.bell()
        if pulse.ended:
            run_id = ended_run(pulse.ended)
            offered = run_id is not None and self.trail.offer(run_id)
            here = self.trail.place.screen
            said = ended_sentence(pulse.ended, offered=offered, screen=here)
            self.tell(said, keep=True)
        # A screen under another one is brought up to date when it is shown again: drawing it now
        # would send the whole screen above it once more.
        if isinstance(self.screen, WorkbenchScreen) and self.screen.is_mounted:
            self.screen.show_badge(self.badge)
            self.screen.pulsed(pulse)

    def _age(self) -> None:
        """Let the screen say anew how long ago things were, once a minute."""
        now = self.session.clock()
        # A clock that was put back counts as one that went on.
        if abs(now - self._aged_at) >= AGE_EVERY_S and isinstance(self.screen, WorkbenchScreen):
            self._aged_at = now
            self.screen.aged()

    def tell(self, sentence: str, tone: Tone = "", *, keep: bool = False) -> None:
        """Say a sentence on whatever screen is shown now; `keep` it while the cursor moves."""
        if isinstance(self.screen, WorkbenchScreen) and self.screen.is_mounted:
            self.screen.say(sentence, tone, keep=keep)
        else:
            self.trail.unsaid = sentence

    def copy_to_clipboard(self, text: str) -> None:
        """Hand a text to the terminal; the library's own form does not leave tmux."""
        from workbench.presenters.clipboard import osc52

        self._clipboard = text
        if self._driver is not None:
            self._driver.write(osc52(text, tmux=bool(os.environ.get("TMUX"))))

    def _uncover(self) -> None:
        """Close what lies over a tab: a triage that was left open there."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def _resumed(self, _: App[object]) -> None:
        """Draw again after `fg`: the terminal may have forgotten the pictures."""
        if isinstance(self.screen, WorkbenchScreen):
            self.screen.action_redraw()

    # Ending -----------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """End at a fault of the program; `fault` has it, the terminal gets no values of variables.

        The next start is at Home, not to end like this one. What a screen misses that is mounted
        while the program ends is no fault: the library mounts it half.
        """
        inner = error.error if isinstance(error, WorkerFailed) else error
        if self._exit and isinstance(inner, (NoMatches, MountError)):
            return
        self._return_code = 1
        if self.fault is None:
            self.session.places.save(replace(self.trail.place, screen="home"))
            self.fault, self._exception = inner, error
            self._exception_event.set()
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """Give up what the end would wait for."""
        self.session.stop_reading()

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

    def _leaving_place(self) -> Place:
        """Return where the next start goes on."""
        place = self.trail.place
        chosen = place.theme if self.theme == self._first_theme else self.theme
        over = self._screen_stacks.get("cases", ()) if place.screen == "cases" else ()
        triage = any(isinstance(one, WorkbenchScreen) and one.NAME == "triage" for one in over)
        return replace(place, theme=chosen, triage=triage or place.triage)

    def _save_place(self) -> None:
        self._saved = self._leaving_place()
        self.session.places.save(self._saved)

    def _end_by_signal(self, number: int) -> None:
        self._save_place()
        self.exit(return_code=128 + number)


def _unseen_keys() -> set[str]:
    """Return the keys that do no harm on a screen that is not seen."""
    return {"ctrl+z", *_keys("quit"), *_keys("redraw")}


def _keys(verb: str) -> set[str]:
    return {key for one in all_keys() if one.id == verb for key in one.keys}
