"""`q` goes back to where one came from, row by row; a start goes on at the row that was left."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import (
    case_list,
    open_cases,
    press,
    said,
    shown,
    text_of,
    to_triage,
    until,
)
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import make_app, settled
from workbench.app import WorkbenchApp
from workbench.screens.cases import CasesScreen
from workbench.screens.compare import CompareScreen
from workbench.views.case_view import CaseView


def here(pilot: Pilot[None]) -> str:
    return pilot.app.current_mode


async def go(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait after each until what it asks for is shown."""
    for key in keys:
        await press(pilot, key)
        await settled(pilot)


@pytest.mark.parametrize(("screen", "keys"), [("clusters", ("j",)), ("slices", ("j", "j"))])
async def test_from_cases_back_to_the_row_that_was_opened(
    workspace: Workspace, screen: str, keys: tuple[str, ...]
) -> None:
    add_clusters(workspace)
    app = make_app(workspace, screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go(pilot, *keys)
        row = app.screen.lines.key
        await go(pilot, "enter")
        assert here(pilot) == "cases"
        await go(pilot, "q")
        assert here(pilot) == screen
        assert app.screen.lines.key == row
        await go(pilot, "q")
        assert here(pilot) == "home"


async def test_back_through_compare_to_the_list_and_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "j", "j")
        first = case_list(pilot).current
        words = pilot.app.screen.words
        await go(pilot, "c")
        assert isinstance(pilot.app.screen, CompareScreen)
        await go(pilot, "=", "j")
        second, quadrant = case_list(pilot).current, pilot.app.screen.place.quadrant
        await go(pilot, "Q")
        assert isinstance(pilot.app.screen, CasesScreen)
        await go(pilot, "q")
        assert isinstance(pilot.app.screen, CompareScreen)
        assert (case_list(pilot).current, pilot.app.screen.place.quadrant) == (second, quadrant)
        await go(pilot, "q")
        assert isinstance(pilot.app.screen, CasesScreen)
        assert (case_list(pilot).current, pilot.app.screen.words) == (first, words)


async def test_a_jump_starts_anew(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await go(pilot, "c", "g", "s", "q")
        assert here(pilot) == "home"


async def test_home_is_not_left_by_the_key_that_came_there(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "q", "q")
        await settled(pilot)
        assert here(pilot) == "home"
        assert said(pilot) == "q again quits; jobs keep running."
        await press(pilot, "q")
        assert pilot.app._exit


async def test_home_is_left_at_once_by_who_went_there(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await go(pilot, "g", "h")
        await press(pilot, "q")
        assert pilot.app._exit


def at_the_end(workspace: Workspace) -> WorkbenchApp:
    app = make_app(workspace, "cases", image_mode="half-block")
    app.trail.leave_at(CaseView(1, "t2i", "", "id"), 40)
    return app


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_start_shows_the_row_it_goes_on_at(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    app = at_the_end(workspace)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CasesScreen), "Cases is open")
        assert await shown(pilot) == 40
        top, bottom = case_list(pilot).window
        assert top <= case_list(pilot).cursor <= bottom
        assert any(line.startswith(">") for line in text_of(pilot).splitlines())


async def test_a_case_opened_is_not_below_an_old_triage(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        await go(pilot, "c", "j", "j")
        wanted = case_list(pilot).current
        await go(pilot, "Q")
        assert isinstance(pilot.app.screen, CasesScreen)
        assert case_list(pilot).current == wanted
