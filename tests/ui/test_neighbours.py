"""`b`: the most similar cases, marked and labelled together as one step."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.filter import parse
from store.records.decision import NewDecision
from store.workspace import Workspace
from tests.ui.cases_pilot import (
    current,
    open_cases,
    press,
    said,
    shown,
    stored,
    text_of,
    to_triage,
    until,
)
from workbench.modals.neighbours import NeighboursDialog
from workbench.screens.adjudication import AdjudicationScreen
from workbench.screens.cases import CasesScreen
from workbench.screens.triage import TriageScreen
from workbench.widgets.line_list import LineList


@pytest.fixture
def world(searched: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(shutil.copytree(searched, tmp_path / "ws")) as opened:
        yield opened


async def neighbours(pilot: Pilot[None]) -> list[int]:
    """Open the dialog; return the case itself and those like it."""
    await press(pilot, "b")
    await until(pilot, lambda: isinstance(pilot.app.screen, NeighboursDialog), "it is open")
    lines = pilot.app.screen.query_one(LineList)
    await until(pilot, lambda: lines.lines, "the cases are listed")
    return [int(line.key) for line in lines.lines if line.key]


async def test_in_cases_what_is_marked_is_labelled_in_one_step(world: Workspace) -> None:
    async with open_cases(world, filter="rank>1") as pilot:
        own = await shown(pilot)
        ids = await neighbours(pilot)
        assert ids[0] == own
        assert len(ids) == 6
        assert own not in ids[1:]
        await press(pilot, "j", "space", "j", "j", "space")
        assert "3 marked" in text_of(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: len(stored(world)) == 3, "three are stored")
        assert {query for query, *_ in stored(world)} == {own, ids[1], ids[3]}
        assert "3 cases -> CNT saved" in said(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: len(stored(world)) == 6, "all are taken back")
        case = world.cases.rows(1, "t2i", ids)
        assert [one.categories for one in case] == [()] * 6


async def test_in_triage_it_goes_on_and_an_undo_comes_back(world: Workspace) -> None:
    async with open_cases(world, filter="rank>1") as pilot:
        own = await to_triage(pilot)
        ids = await neighbours(pilot)
        await press(pilot, "A", "2")
        await until(pilot, lambda: isinstance(pilot.app.screen, TriageScreen), "Triage")
        await until(pilot, lambda: len(stored(world)) == 6, "all are stored")
        assert await shown(pilot) not in ids
        await press(pilot, "u")
        await until(pilot, lambda: current(pilot) == own, "it is back at the case")
        again = await neighbours(pilot)
        assert again == ids
        assert "0 of 5 decided" in text_of(pilot)


async def test_several_are_adjudicated_at_once(world: Workspace) -> None:
    ids = [int(n) for n in world.cases.ids(1, "t2i", parse("rank>1"), "id")]
    for case in world.cases.rows(1, "t2i", ids):
        for who, name in (("eva", "counting"), ("mh", "attributes")):
            world.decisions.add(
                NewDecision(1, "t2i", case.query_id, case.top_id, who, (name,), "labelled")
            )
    async with open_cases(world, filter="rank>1", annotator="judge") as pilot:
        await press(pilot, "g", "a")
        await until(pilot, lambda: isinstance(pilot.app.screen, AdjudicationScreen), "it is open")
        await shown(pilot)
        several = await neighbours(pilot)
        await press(pilot, "A", "4")
        await until(pilot, lambda: f"{len(several)} cases -> " in said(pilot), "they are stored")
        left = world.cases.ids(1, "t2i", parse("disputed"), "id")
        assert {int(n) for n in left} == {*ids} - {*several}


async def test_their_labels_are_seen_before_one_decides(world: Workspace) -> None:
    async with open_cases(world, filter="rank>1") as pilot:
        await shown(pilot)
        ids = await neighbours(pilot)
        await press(pilot, "space", "j", "3")  # nothing marked: the one under the cursor
        await until(pilot, lambda: len(stored(world)) == 1, "one is stored")
        assert stored(world)[0][0] == ids[1]
        await neighbours(pilot)
        assert "1 of 5 decided: 1 COR" in text_of(pilot)
        await press(pilot, "q")
        assert len(stored(world)) == 1
        await press(pilot, "b")
        await until(pilot, lambda: isinstance(pilot.app.screen, NeighboursDialog), "again")
        await press(pilot, "b")
        assert isinstance(pilot.app.screen, CasesScreen)


async def test_a_run_without_vectors_says_so(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "b")
        await until(pilot, lambda: "not in the workspace any more" in said(pilot), "it is said")


async def test_a_sentence_typed_there_is_searched_for_and_labels_nothing(world: Workspace) -> None:
    async with open_cases(world, filter="rank>1") as pilot:
        await shown(pilot)
        ids = await neighbours(pilot)
        dialog = pilot.app.screen
        wanted = world.cases.rows(1, "t2i", ids)[2].query
        await press(pilot, "slash", *"1q")
        assert pilot.app.screen is dialog
        await press(pilot, "escape", "slash", *"x")
        dialog.query_one("#search-field").value = wanted
        await press(pilot, "enter")
        assert stored(world) == []
        found = int(dialog.query_one(LineList).key)
        assert wanted in world.cases.rows(1, "t2i", [found])[0].query
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "closed")
