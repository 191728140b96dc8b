"""`v` opens a range that follows the cursor: the same in Cases, Clusters and Jobs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import case_list, open_cases, press, said, shown, stored
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import add_jobs, make_app, settled

Make = Callable[[Workspace], object]


async def test_a_digit_labels_the_range_and_closes_it(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "v", "j", "j", "j")
        await shown(pilot)
        ids = case_list(pilot).ids[:4]
        assert case_list(pilot).marks == set(ids)
        assert said(pilot) == "4 marked: a digit labels them, v keeps them, Esc drops."
        await press(pilot, "3")
        await settled(pilot)
        assert {row[0] for row in stored(workspace)} == set(ids)
        await press(pilot, "j", "j")
        assert not case_list(pilot).marks


async def test_the_range_shrinks_with_the_cursor_and_keeps_other_marks(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        ids = case_list(pilot).ids
        await press(pilot, "space", "j", "v", "G", "g", "g")
        assert case_list(pilot).marks == set(ids[:3])
        await press(pilot, "v", "G")
        assert case_list(pilot).marks == set(ids[:3])
        await press(pilot, "v", "k", "escape")
        assert case_list(pilot).marks == set(ids[:3])
        assert said(pilot) == "Range dropped."
        assert pilot.app.screen.words


async def test_a_star_closes_the_range(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "v", "j")
        await shown(pilot)
        await press(pilot, "*")
        await settled(pilot)
        await press(pilot, "j")
        assert case_list(pilot).marks == set(case_list(pilot).ids[:2])


@pytest.mark.parametrize(("screen", "make"), [("clusters", add_clusters), ("jobs", add_jobs)])
async def test_in_tables(workspace: Workspace, screen: str, make: Make) -> None:
    make(workspace)
    app = make_app(workspace, screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        numbers = list(app.screen.numbers())
        await moved(pilot, "g", "g", "space", "j", "v", "j")
        assert app.screen.marks == {numbers[0], *numbers[2:4]}
        assert said(pilot) == "3 marked: v keeps them, Esc drops the range."
        await moved(pilot, "k")
        assert app.screen.marks == {numbers[0], numbers[2]}
        await moved(pilot, "escape")
        assert app.screen.marks == {numbers[0]}
        await moved(pilot, "v", "j", "v", "k", "k")
        assert app.screen.marks == {numbers[0], *numbers[2:4]}


async def moved(pilot: Pilot[None], *keys: str) -> None:
    await press(pilot, *keys)
    await settled(pilot)
