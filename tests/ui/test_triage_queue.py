"""Triage: facets, order and saved views of its queue, tabs, and one pane alone."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from store.records.decision import NewDecision
from store.workspace import Workspace
from tests.ui.cases_pilot import (
    case_list,
    current,
    drawn,
    open_cases,
    press,
    said,
    shown,
    stored,
    text_of,
    to_triage,
    until,
)
from tests.ui.conftest import make_app, settled
from workbench.modals.facets import FacetPicker
from workbench.modals.note import NoteEditor
from workbench.screens.adjudication import AdjudicationScreen
from workbench.screens.clusters import ClustersScreen
from workbench.screens.home import HomeScreen
from workbench.screens.triage import TriageScreen
from workbench.views.case_view import CaseView


def triage(pilot: Pilot[None]) -> TriageScreen:
    screen = pilot.app.screen
    assert isinstance(screen, TriageScreen)
    return screen


def queued(pilot: Pilot[None]) -> list[int]:
    queue = triage(pilot).queue
    return [int(n) for n in queue.ids] if queue is not None else []


async def pick(pilot: Pilot[None], name: str) -> None:
    """Take a facet by its name."""
    await press(pilot, "f")
    await until(pilot, lambda: isinstance(pilot.app.screen, FacetPicker), "the facets are open")
    picker = pilot.app.screen
    assert isinstance(picker, FacetPicker)
    at = next(i for i, facet in enumerate(picker._facets) if facet.name == name)
    picker.query_one(OptionList).highlighted = at
    await press(pilot, "enter")
    await settled(pilot)


async def test_the_order_of_the_queue_is_changed_around_the_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        await press(pilot, "j", "j")
        case, before = await shown(pilot), queued(pilot)
        await press(pilot, "o", "R")
        await until(pilot, lambda: queued(pilot) != before, "another order")
        ranks = [c.rank for c in workspace.cases.rows(2, "t2i", queued(pilot))]
        assert ranks == sorted(ranks)
        assert sorted(queued(pilot)) == sorted(before)
        assert await shown(pilot) == case, "the case stays"
        assert "Order of the queue: rank" in said(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: stored(workspace), "a digit labels")
        assert stored(workspace)[0][0] == case
        after = queued(pilot)
        await press(pilot, "q")
        await settled(pilot)
        assert [int(n) for n in case_list(pilot).ids] == after, "the list goes by it as well"


async def test_a_facet_narrows_the_queue_and_a_saved_view_comes_back(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        pilot.app.screen.change_filter("rank>1")
        await until(pilot, lambda: pilot.app.screen.words == "rank>1", "all failures")
        await to_triage(pilot)
        before = queued(pilot)
        await pick(pilot, "6-10")
        await until(pilot, lambda: queued(pilot) != before, "narrowed")
        few = queued(pilot)
        assert {6 <= c.rank <= 10 for c in workspace.cases.rows(2, "t2i", few)} == {True}
        await press(pilot, "S")
        await until(pilot, lambda: isinstance(pilot.app.screen, NoteEditor), "asks for a name")
        await press(pilot, *"near", "enter")
        await settled(pilot)
        assert 'Saved as "near"' in said(pilot)
        await pick(pilot, "6-10")
        await until(pilot, lambda: queued(pilot) == before, "all of them again")
        await pick(pilot, "near")
        await until(pilot, lambda: queued(pilot) == few, "the view")


async def test_a_saved_view_of_the_other_direction_begins_at_its_first_case(
    workspace: Workspace,
) -> None:
    ids = [int(n) for n in workspace.cases.ids(2, "i2t", sort="id")]
    async with open_cases(workspace) as pilot:
        pilot.app.screen.open_view(CaseView(2, "t2i", "", "id"))
        await until(pilot, lambda: len(case_list(pilot).ids) == 60, "all captions")
        case_list(pilot).move_to(0)
        await to_triage(pilot)
        await press(pilot, "j", "j", "j")
        assert await shown(pilot) in ids[1:], "an image has the same number"
        triage(pilot).recall(CaseView(2, "i2t", "", "id"))
        await until(pilot, lambda: queued(pilot) == ids, "the images")
        assert await shown(pilot) == ids[0]


async def test_a_queue_of_disputes_stays_one(workspace: Workspace) -> None:
    for case in workspace.cases.rows(2, "t2i", workspace.cases.ids(2, "t2i")[:3]):
        of = 1, "t2i", case.query_id, case.top_id
        for who, name in (("eva", "counting"), ("mh", "other")):
            workspace.decisions.add(NewDecision(*of, who, (name,), "labelled", "", False))
    async with open_cases(workspace) as pilot:
        await press(pilot, "g", "a")
        await until(pilot, lambda: isinstance(pilot.app.screen, AdjudicationScreen), "adjudicates")
        await shown(pilot)
        assert len(queued(pilot)) == 3
        await press(pilot, "o", "i")
        await until(pilot, lambda: triage(pilot).order == "id", "another order")
        assert queued(pilot) == sorted(queued(pilot))
        triage(pilot).recall(CaseView(2, "t2i", "", "-rank"))
        await until(pilot, lambda: triage(pilot).order == "-rank", "a saved view")
        await settled(pilot)
        assert len(queued(pilot)) == 3


async def test_the_tabs_are_beside_the_one_that_triage_lies_over(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await to_triage(pilot)
        await press(pilot, "]")
        await until(pilot, lambda: isinstance(pilot.app.screen, ClustersScreen), "the next tab")
        await press(pilot, "[")
        await until(pilot, lambda: isinstance(pilot.app.screen, TriageScreen), "and back")
        assert await shown(pilot) == case
        await press(pilot, "[")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the tab before")


@pytest.mark.parametrize(("start", "key"), [("cases", "c"), ("compare", "m")])
async def test_the_key_of_the_list_below_goes_there(
    workspace: Workspace, start: str, key: str
) -> None:
    where = {"compare": (1, 2)} if start == "compare" else {}
    app = make_app(workspace, start, image_mode="half-block", **where)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "T")
        await until(pilot, lambda: isinstance(app.screen, TriageScreen), "Triage is open")
        await press(pilot, "j")
        case = await shown(pilot)
        await press(pilot, "g", key)
        await until(pilot, lambda: not isinstance(app.screen, TriageScreen), "the list")
        assert app.current_mode == start
        await until(pilot, lambda: current(pilot) == case, "at the case that was left")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (200, 50)])
async def test_z_shows_the_pictures_or_the_texts_alone(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    async with open_cases(workspace, size) as pilot:
        await to_triage(pilot)
        await drawn(pilot)
        screen = triage(pilot)
        parts = [screen.query_one(name) for name in ("#picture-true", "#case-hits", "QueryWords")]
        pictures, hits, query = parts
        whole = [part.region for part in parts]
        await press(pilot, "z")
        await settled(pilot)
        assert pictures.size.height > whole[0].height
        assert pictures.size.width >= whole[0].width
        assert not hits.size
        assert query.size.height == whole[2].height
        assert "[1]" in text_of(pilot), "the labels stay in sight"
        case = current(pilot)
        await press(pilot, "J")
        assert screen.step == 1
        await press(pilot, "1")
        await until(pilot, lambda: stored(workspace), "a digit labels")
        assert stored(workspace)[0][0] == case
        await shown(pilot)
        await press(pilot, "tab")
        await settled(pilot)
        assert not pictures.size.height or not screen.query_one("#case-pictures").display
        assert hits.size.height > whole[1].height
        loaded = screen.loaded
        assert loaded is not None
        for hit in loaded.sheet.hits:
            assert hit.key in text_of(pilot)
        await press(pilot, "z", "shift+tab")
        await settled(pilot)
        assert [part.region for part in parts] == whole


async def test_without_pictures_z_leaves_what_was_retrieved(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        await press(pilot, "p", "z")
        await settled(pilot)
        says = triage(pilot).query_one("SaysWords")
        assert says.size.height > 3
        assert not triage(pilot).query_one("#case-hits").size
        await press(pilot, "p")
        await settled(pilot)
        assert triage(pilot).query_one("#case-hits").size, "p ends it"


async def test_the_end_of_the_queue_is_shown_whatever_was_alone(workspace: Workspace) -> None:
    async with open_cases(workspace, (200, 50)) as pilot:
        pilot.app.screen.change_filter("rank>20")
        await until(pilot, lambda: pilot.app.screen.words == "rank>20", "narrowed")
        await to_triage(pilot)
        await press(pilot, "shift+tab", "z")
        await settled(pilot)
        assert triage(pilot).query_one("#rank-bands").size.width == 200
        while triage(pilot).queue.undecided:
            await until(pilot, triage(pilot).is_shown, "shown")
            n = len(stored(workspace))
            await press(pilot, "s")
            await until(pilot, lambda n=n: len(stored(workspace)) > n, "stored")
            await settled(pilot)
        await until(pilot, lambda: triage(pilot).has_class("-ended"), "the end")
        await settled(pilot)
        assert triage(pilot).query_one("CaseSummary").size
        await press(pilot, "enter")
        await until(pilot, lambda: not triage(pilot).has_class("-ended"), "reviews the skipped")
        await settled(pilot)
        assert triage(pilot).query_one("CasePane").size.width > 100


@pytest.mark.parametrize("in_triage", [False, True])
async def test_an_undo_in_the_other_direction_moves_to_no_case_of_the_same_number(
    workspace: Workspace, in_triage: bool
) -> None:
    async with open_cases(workspace) as pilot:
        session = pilot.app.session
        image = session.cases.rows(CaseView(2, "i2t"), [5])
        session.labels.decide(image[0], categories=["counting"])
        await press(pilot, "escape")
        await until(pilot, lambda: 5 in case_list(pilot).ids, "every caption is listed")
        await press(pilot, "G")
        if in_triage:
            await to_triage(pilot)
        before = await shown(pilot)
        assert before != 5
        await press(pilot, "u")
        await until(pilot, lambda: said(pilot).startswith("Undone"), "the label is taken back")
        await settled(pilot)
        assert "5" in said(pilot)
        assert await shown(pilot) == before
