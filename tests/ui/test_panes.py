"""Panes: the keys go to one of them and say so, one can be alone, one can be hidden."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import current, open_cases, press, shown, text_of, to_triage
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import add_jobs, make_app, settled
from workbench.screens.cases import CasesScreen
from workbench.screens.panes import PaneScreen
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.workers import starting

SIZES = [(60, 16), (80, 24), (120, 36), (200, 50)]
SCREENS = ("home", "cases", "clusters", "slices", "compare", "jobs", "search")


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued and stay queued."""
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: None)


@pytest.fixture
def world(workspace: Workspace) -> Workspace:
    """Jobs and clusters for every screen to show."""
    add_jobs(workspace)
    add_clusters(workspace)
    return workspace


def at(pilot: Pilot[None]) -> str:
    """Return the pane that has the keys."""
    screen = pilot.app.screen
    assert isinstance(screen, PaneScreen)
    return screen.active_pane.at


def pointers(pilot: Pilot[None]) -> int:
    """Count where the screen says that the keys are; a footer may have a key that is called so."""
    lines = text_of(pilot).splitlines()[1:-1]
    return sum(line.lstrip().startswith(">") or "── > " in line for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCREENS)
async def test_tab_goes_round_the_panes_and_every_size_keeps_one_pointer(
    world: Workspace, name: str, size: tuple[int, int]
) -> None:
    app = make_app(world, name, image_mode="half-block")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        first = at(pilot)
        seen = [first]
        for _ in range(4):
            await press(pilot, "tab")
            await settled(pilot)
            nothing = name == "search" and at(pilot) != first  # no picture yet that could say so
            assert pointers(pilot) == (not nothing), "one says where the keys are"
            if at(pilot) == first:
                break
            seen.append(at(pilot))
        assert at(pilot) == first, "Tab comes back to the list"
        for pane in reversed(seen[1:]):
            await press(pilot, "shift+tab")
            assert at(pilot) == pane
        await pilot.resize_terminal(60, 16)
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, PaneScreen)
        assert screen.shown(screen.active_pane) is not None, "the keys are never in a hidden pane"


async def test_the_keys_of_the_list_act_on_the_pane_that_has_them(world: Workspace) -> None:
    async with open_cases(world) as pilot:
        await shown(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CasesScreen)
        before = current(pilot)
        assert pointers(pilot) == 1
        await press(pilot, "l", "j")
        assert (screen.step, current(pilot)) == (1, before)
        assert pointers(pilot) == 1
        assert f"── > {before}" in text_of(pilot)
        await press(pilot, "G")
        assert screen.step == len(screen.loaded.sheet.hits) - 1
        await press(pilot, "J")
        after = await shown(pilot)
        assert after != before, "J and K move in the list now"
        await press(pilot, "h", "k")
        assert await shown(pilot) == before
        await press(pilot, "J")
        assert screen.step == 1


async def test_a_pane_alone_and_all_of_them_again(world: Workspace) -> None:
    async with open_cases(world, (200, 50)) as pilot:
        await shown(pilot)
        screen = pilot.app.screen
        parts = [screen.query_one(name) for name in ("CaseList", "CasePane", "CaseSide")]
        whole = [part.region for part in parts]
        await press(pilot, "z")
        await settled(pilot)
        assert screen.query_one("CaseList").size.width == 200
        assert not screen.query_one("CasePane").size
        await press(pilot, "tab")
        await settled(pilot)
        assert not screen.query_one("CaseList").size
        assert screen.query_one("CasePane").size.width > 120
        await press(pilot, "z", "shift+tab")
        await settled(pilot)
        assert [part.region for part in parts] == whole
        await press(pilot, "z")
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert screen.query_one("CasePreview").size.height == 6


@pytest.mark.parametrize(
    ("name", "pane"), [("jobs", "#log"), ("slices", "#slice-facts"), ("home", "#facts")]
)
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_p_shows_or_hides_what_is_beside_the_list(
    world: Workspace, name: str, pane: str, size: tuple[int, int]
) -> None:
    app = make_app(world, name)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        beside = app.screen.query_one(pane, LogPane)
        before = bool(beside.size)
        await press(pilot, "tab", "p")
        await settled(pilot)
        assert bool(beside.size) is not before
        assert at(pilot) == f"#{name}", "a hidden pane has no keys"
        if beside.size:
            assert any(line.text.strip() for line in beside.lines)
        await press(pilot, "p")
        await settled(pilot)
        assert bool(beside.size) is before


async def test_a_log_scrolls_when_the_keys_are_there(world: Workspace) -> None:
    log = world.jobs_dir / "1.log"
    log.write_text("".join(f"line {n}\n" for n in range(200)), "utf-8")
    app = make_app(world, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        jobs, pane = app.screen.query_one("#jobs", LineList), app.screen.query_one("#log", LogPane)
        jobs.go("1")
        await settled(pilot)
        await press(pilot, "tab", "g", "g")
        await settled(pilot)
        assert (pane.scroll_offset.y, jobs.key) == (0, "1")
        assert "── > 1 " in text_of(pilot)
        await press(pilot, "j", "pagedown")
        assert pane.scroll_offset.y == 1 + pane.size.height - 2
        await press(pilot, "J")
        assert jobs.key != "1"


async def test_triage_gives_the_keys_to_what_was_retrieved(world: Workspace) -> None:
    async with open_cases(world) as pilot:
        query_id = await to_triage(pilot)
        await press(pilot, "tab", "j", "j")
        screen = pilot.app.screen
        assert (screen.step, current(pilot)) == (2, query_id)
        assert ">top-5" in text_of(pilot)
        await press(pilot, "J")
        assert await shown(pilot) != query_id
