"""What is read for a screen is shown while the screen stands, and not while it is being closed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static
from textual.worker import Worker

from store.workspace import Workspace
from tests.ui.cases_pilot import case_screen, open_cases, press, said, shown, until
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import make_app, settled
from workbench.screens.case_queue import CaseQueue
from workbench.screens.case_source import CaseSource
from workbench.screens.home import HomeScreen
from workbench.screens.reading import SessionScreen
from workbench.screens.triage import TriageScreen
from workbench.session import Session, SessionError


class LastWidget(Static):
    """Keeps its screen from closing until the other widgets are gone and the answer has come."""

    async def on_unmount(self) -> None:
        while len(self.screen.children) > 1:
            await asyncio.sleep(0)
        screen = self.screen
        assert isinstance(screen, ReadingScreen)
        screen.may_answer.set()
        while not screen.answered:
            await asyncio.sleep(0)


class ReadingScreen(SessionScreen):
    """Waits in a thread for an answer, which is a text or an error."""

    def __init__(self, session: Session, error: str = "") -> None:
        super().__init__(session)
        self.may_answer = threading.Event()
        self._error = error
        self._worker: Worker[None] | None = None
        self.texts: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static(id="text")
        yield LastWidget()

    def on_mount(self) -> None:
        self._worker = self.fetch(self._read, self._show)

    @property
    def answered(self) -> bool:
        return self._worker is not None and self._worker.is_finished

    def _read(self) -> str:
        self.may_answer.wait()
        if self._error:
            raise SessionError(self._error)
        return "an answer"

    def _show(self, text: str) -> None:
        self.query_one("#text", Static).update(text)
        self.texts.append(text)

    def say_error(self, error: Exception) -> None:
        self._show(str(error))


@pytest.mark.parametrize("error", ["", "an error"])
async def test_an_answer_is_shown_on_a_screen_that_stands(workspace: Workspace, error: str) -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        screen = ReadingScreen(Session(workspace), error)
        await app.push_screen(screen)
        screen.may_answer.set()
        await settled(pilot)
        assert screen.texts == [error or "an answer"]


@pytest.mark.parametrize("error", ["", "an error"])
async def test_an_answer_that_comes_while_its_screen_is_closed_is_dropped(
    workspace: Workspace, error: str
) -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        screen = ReadingScreen(Session(workspace), error)
        await app.push_screen(screen)
        await app.pop_screen()
        await pilot.pause()
        assert screen.answered
        assert screen.texts == []


async def test_nothing_is_opened_over_the_screen_that_one_has_gone_to(
    workspace: Workspace,
) -> None:
    add_clusters(workspace)
    may_answer = threading.Event()
    app = make_app(workspace, "clusters", image_mode="half-block")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.session.cases.ids = _late(app.session.cases.ids, may_answer)
        await pilot.press("T")
        await pilot.press("g", "h")
        await until(pilot, lambda: app.current_mode == "home", "Home is shown")
        may_answer.set()
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        await pilot.press("g", "k", "T")
        await until(pilot, lambda: isinstance(app.screen, TriageScreen), "Triage is open")


@pytest.mark.parametrize("keys", [("T",), ("1",), ("enter",)])
async def test_a_list_that_is_still_read_is_not_said_to_be_empty(
    workspace: Workspace, keys: tuple[str, ...]
) -> None:
    may_answer = threading.Event()
    app = make_app(workspace, "cases", image_mode="half-block")
    app.session.cases.ids = _late(app.session.cases.ids, may_answer)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        assert said(pilot) == "Reading the cases .."
        may_answer.set()
        await shown(pilot)
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, TriageScreen), "Triage is open")


async def test_an_empty_list_says_itself_why_there_is_nothing_to_triage(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", *" id:0", "enter")
        await until(pilot, lambda: not case_screen(pilot).cases.ids, "nothing is listed")
        await press(pilot, "T")
        assert said(pilot).startswith("No case fits this filter")


async def test_facets_that_come_late_are_not_laid_over_home(workspace: Workspace) -> None:
    may_answer = threading.Event()
    async with open_cases(workspace) as pilot:
        app = pilot.app
        app.session.facets.of = _late(app.session.facets.of, may_answer)
        await pilot.press("f", "g", "h")
        await until(pilot, lambda: app.current_mode == "home", "Home is shown")
        may_answer.set()
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)


def _late(read: Callable[..., object], may_answer: threading.Event) -> Callable[..., object]:
    """What reads the same once it may."""

    def late(*args: object, **options: object) -> object:
        may_answer.wait(30)
        return read(*args, **options)

    return late


@pytest.mark.parametrize("keys", [("escape",), ("slash", "ctrl+u", *"slice:two-people", "enter")])
async def test_a_filter_on_a_database_that_cannot_be_read_is_a_sentence(
    workspace: Workspace, keys: tuple[str, ...]
) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", *" rank>2", "enter")
        await until(pilot, lambda: "rank>2" in case_screen(pilot).source.view.filter, "narrowed")
        with workspace.write() as connection:
            for table in ("ranks", "runs"):
                connection.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
        await press(pilot, *keys)
        await until(pilot, lambda: "cannot be read" in said(pilot), "it is said")


async def test_a_queue_that_comes_late_is_not_of_the_list_shown_by_then(
    workspace: Workspace,
) -> None:
    may_answer = threading.Event()
    async with open_cases(workspace) as pilot:
        screen = case_screen(pilot)
        read = CaseQueue.of

        def late(source: CaseSource) -> CaseQueue:
            may_answer.wait(30)
            return read(source)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CaseQueue, "of", late)
            await press(pilot, "}", "escape")
            await until(pilot, lambda: not screen.words, "every case is listed")
            cursor = await shown(pilot)
            may_answer.set()
            await settled(pilot)
        assert await shown(pilot) == cursor
        assert screen._queue is None
