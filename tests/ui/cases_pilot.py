"""What the tests of Cases and Triage share: waiting, and a look at the database."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.conftest import make_app
from workbench.app import WorkbenchApp
from workbench.screens.case_screen import CaseScreen
from workbench.screens.cases import CasesScreen
from workbench.screens.triage import TriageScreen
from workbench.widgets.case_list import CaseList
from workbench.widgets.picture import Picture
from workbench.widgets.status_line import StatusLine


async def until(
    pilot: Pilot[None], condition: Callable[[], object], what: str, seconds: float = 30
) -> None:
    """Wait until something holds; fail with its name after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}; the status says {said(pilot)!r}"
        await asyncio.sleep(0.005)
        await pilot.pause()


def said(pilot: Pilot[None]) -> str:
    """The status line."""
    return next((s.sentence for s in pilot.app.screen.query(StatusLine)), "")


def case_screen(pilot: Pilot[None]) -> CaseScreen:
    """The screen, which shows a case."""
    screen = pilot.app.screen
    assert isinstance(screen, CaseScreen)
    return screen


def case_list(pilot: Pilot[None]) -> CaseList:
    """The list of Cases."""
    return pilot.app.screen.query_one(CaseList)


def current(pilot: Pilot[None]) -> int | None:
    """The query under the cursor, or shown in Triage."""
    screen = pilot.app.screen
    if isinstance(screen, TriageScreen):
        return screen.current
    return case_list(pilot).current


async def shown(pilot: Pilot[None]) -> int:
    """Wait until the case under the cursor has been read and drawn."""

    def loaded() -> bool:
        screen = pilot.app.screen
        if not isinstance(screen, CaseScreen) or screen.loaded is None:
            return False
        return screen.loaded.case.query_id == current(pilot)

    await until(pilot, loaded, "the case is shown")
    query_id = current(pilot)
    assert query_id is not None
    return query_id


async def drawn(pilot: Pilot[None]) -> None:
    """Wait until every picture on screen is drawn, or says why it is not."""
    await shown(pilot)
    await until(
        pilot, lambda: all(p.settled for p in pilot.app.screen.query(Picture) if p.size), "pictures"
    )
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other and wait until their saying is done."""
    for key in keys:
        await pilot.press(key)
    await pilot.pause()


async def to_triage(pilot: Pilot[None]) -> int:
    """Go from Cases to Triage and wait for its first case."""
    await shown(pilot)
    await press(pilot, "T")
    await until(pilot, lambda: isinstance(pilot.app.screen, TriageScreen), "Triage is open")
    return await shown(pilot)


def an_app(workspace: Workspace, **options: object) -> WorkbenchApp:
    """The app on Cases; pictures do not depend on the terminal of the tests."""
    options.setdefault("image_mode", "half-block")
    return make_app(workspace, "cases", **options)


@asynccontextmanager
async def open_cases(
    workspace: Workspace, size: tuple[int, int] = (80, 24), **options: object
) -> AsyncIterator[Pilot[None]]:
    """Run the app on Cases until its first case is shown."""
    app = an_app(workspace, **options)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CasesScreen), "Cases is open")
        await shown(pilot)
        yield pilot


def stored(workspace: Workspace) -> list[tuple[int, str, str, str, int]]:
    """The decisions as another program reads them: query, categories, verdict, note, star."""
    connection = sqlite3.connect(workspace.path / "workbench.db")
    try:
        return connection.execute(
            "SELECT query_id, categories, verdict, note, star FROM decisions ORDER BY id"
        ).fetchall()
    finally:
        connection.close()


def text_of(pilot: Pilot[None]) -> str:
    """What is on the screen, line by line, without its styles."""
    screen = pilot.app.screen
    width, height = screen.size
    lines = screen._compositor.render_strips()
    assert len(lines) == height
    return "\n".join(line.text[:width].rstrip() for line in lines)
