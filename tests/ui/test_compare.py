"""The Compare screen: its keys, the numbers they lead to, and what is kept."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import OptionList

from store.workspace import Workspace
from tests.compare_world import add_dataset, add_run, random_ranks
from tests.ui.cases_pilot import (
    case_list,
    case_screen,
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
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import add_third_run, make_app
from workbench.app import WorkbenchApp
from workbench.modals.case_across import CaseAcross
from workbench.modals.case_details import CaseDetails
from workbench.modals.details import DetailsOverlay
from workbench.modals.export import ExportDialog
from workbench.modals.models import ModelsOverlay
from workbench.modals.rank_plot import RankPlot
from workbench.modals.run_picker import RunPicker
from workbench.screens.cases import CasesScreen
from workbench.screens.compare import CompareScreen
from workbench.screens.triage import TriageScreen
from workbench.session.places import Places
from workbench.views.case_view import CaseView
from workbench.views.place import ComparePlace, Place
from workbench.views.pulse import Pulse
from workbench.widgets.compare_case import CompareWords

SIZES = [(60, 16), (80, 24), (100, 30), (160, 45), (200, 50)]


def an_app(workspace: Workspace, **options: object) -> WorkbenchApp:
    options.setdefault("image_mode", "half-block")
    return make_app(workspace, "compare", **options)


def compare_screen(pilot: Pilot[None]) -> CompareScreen:
    screen = pilot.app.screen
    assert isinstance(screen, CompareScreen)
    return screen


async def listed(pilot: Pilot[None]) -> None:
    """Wait until Compare shows what is wanted, and the case under the cursor."""

    def ready() -> bool:
        screen = pilot.app.screen
        if not isinstance(screen, CompareScreen) or screen.place is None or not screen.wanted:
            return False
        return not [w for w in pilot.app.workers if not w.is_finished and w.group == "view"] and (
            screen.place.quadrant,
            screen.place.words,
            screen.place.sort,
            screen.place.direction,
            screen.place.a,
        ) == (
            screen.wanted.quadrant,
            screen.wanted.words,
            screen.wanted.sort,
            screen.wanted.direction,
            screen.wanted.a,
        )

    await until(pilot, ready, "the quadrant is listed")
    if len(case_list(pilot).ids):
        await shown(pilot)


@asynccontextmanager
async def open_compare(
    workspace: Workspace, size: tuple[int, int] = (80, 24), **options: object
) -> AsyncIterator[Pilot[None]]:
    """Run the app on Compare until its first case is shown."""
    app = an_app(workspace, **options)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CompareScreen), "Compare is open")
        await listed(pilot)
        yield pilot


def hits(workspace: Workspace, pilot: Pilot[None]) -> tuple[set[bool], set[bool]]:
    """Whether the listed queries are hits of run A, and of run B, as the store says."""
    screen = compare_screen(pilot)
    ids, place = case_list(pilot).ids, screen.place
    a, b = (workspace.cases.ranks_in(run, place.direction, ids) for run in (place.a, place.b))
    return {rank <= 1 for rank in a}, {rank <= 1 for rank in b}


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_shows_the_runs_a_list_and_the_keys(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    async with open_compare(workspace, size) as pilot:
        lines = text_of(pilot).splitlines()
        assert "[Compare]" in lines[0]
        assert " A ViT-B-32" in lines[1]
        assert "   B base-coco" in lines[1]
        assert lines[1].endswith("t2i  same 60 queries")
        assert "A miss, B hit" in text_of(pilot)
        assert any(line.startswith(">  ") for line in lines)
        assert lines[-1].endswith("? all")


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
async def test_the_quadrants_are_the_lists(workspace: Workspace, direction: str) -> None:
    async with open_compare(workspace) as pilot:
        screen = compare_screen(pilot)
        if direction == "i2t":
            await press(pilot, "V")
            await listed(pilot)
        total = 0
        for a, b in ((False, True), (True, False), (False, False), (True, True)):
            count = screen.comparison.quadrant(screen.place.quadrant).n
            assert len(case_list(pilot).ids) == count
            assert f"[{count}]" in text_of(pilot)
            if count:
                assert hits(workspace, pilot) == ({a}, {b})
            total += count
            await press(pilot, "equals_sign")
            await listed(pilot)
        assert screen.place.quadrant == "only_b"
        assert total == {"t2i": 60, "i2t": 12}[direction]


async def test_a_row_has_the_ranks_of_both_runs(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        query_id = current(pilot)
        a, b = (int(workspace.cases.ranks_in(run, "t2i", [query_id])[0]) for run in (1, 2))
        row = next(line for line in text_of(pilot).splitlines() if line.startswith(">"))
        assert row.split()[1:4] == [str(query_id), str(a), str(b)]


async def test_swapping_keeps_the_cases_and_the_cursor(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "j")
        case, ids = await shown(pilot), sorted(case_list(pilot).ids)
        before = compare_screen(pilot).comparison.scores[0].difference.value
        await press(pilot, "tilde")
        await listed(pilot)
        screen = compare_screen(pilot)
        assert (screen.place.a, screen.place.b) == (2, 1)
        assert sorted(case_list(pilot).ids) == ids
        assert current(pilot) == case
        assert screen.comparison.scores[0].difference.value == -before
        assert screen.place.quadrant == "only_a"


async def test_each_direction_keeps_its_cursor(empty_workspace: Workspace) -> None:
    dataset = add_dataset(empty_workspace, 4)
    hit = {"t2i": np.ones(20, int), "i2t": np.ones(4, int)}
    for spec in ("v:a", "v:b"):
        add_run(empty_workspace, dataset, hit, spec)
    async with open_compare(empty_workspace) as pilot:
        await press(pilot, "equals_sign", "equals_sign", "equals_sign")
        await listed(pilot)
        await press(pilot, "o", "i")
        await until(pilot, lambda: "sort: id" in text_of(pilot), "sorted by id")
        await press(pilot, "g", "g", "j")
        assert await shown(pilot) == 2
        await press(pilot, "V")
        await until(pilot, lambda: "i2t  same 4 queries" in text_of(pilot), "images are listed")
        assert current(pilot) == 1  # not the image that has the caption's number
        await press(pilot, "V")
        await until(pilot, lambda: "t2i  same 20 queries" in text_of(pilot), "captions again")
        assert current(pilot) == 2


async def test_a_hit_may_be_a_rank_of_five_or_ten(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        for k in (5, 10, 1):
            await press(pilot, "at")
            await until(pilot, lambda k=k: compare_screen(pilot).place.k == k, f"K is {k}")
            assert ("hit: rank <= " in text_of(pilot)) is (k > 1)
            ids = case_list(pilot).ids.tolist()
            ranks = [
                [case.rank for case in workspace.cases.rows(run, "t2i", ids)] for run in (1, 2)
            ]
            assert ids
            assert all(a > k >= b for a, b in zip(*ranks, strict=True))


async def test_the_filter_narrows_the_quadrant_and_escape_clears_it(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        every = len(case_list(pilot).ids)
        await press(pilot, "slash")
        assert "rank@" not in text_of(pilot)
        await press(pilot, *"dogs", "enter")
        await listed(pilot)
        rows = workspace.cases.rows(1, "t2i", case_list(pilot).ids)
        assert 0 < len(rows) < every
        assert all("dogs" in case.query for case in rows)
        assert hits(workspace, pilot) == ({False}, {True})
        assert f"A miss, B hit ({every})  filter: dogs ({len(rows)})" in text_of(pilot)
        await press(pilot, "escape")
        await listed(pilot)
        assert len(case_list(pilot).ids) == every


async def test_sorting_keeps_quadrant_filter_and_cursor(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "j")
        case = await shown(pilot)
        await press(pilot, "o", "i")
        await until(pilot, lambda: "sort: id" in text_of(pilot), "sorted by id")
        ids = case_list(pilot).ids.tolist()
        assert ids == sorted(ids)
        assert current(pilot) == case
        assert hits(workspace, pilot) == ({False}, {True})


async def test_the_export_is_the_quadrant(workspace: Workspace) -> None:
    async with open_compare(workspace, (120, 40)) as pilot:
        await press(pilot, "slash", *"dogs", "enter")
        await listed(pilot)
        n = len(case_list(pilot).ids)
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExportDialog), "the dialog")
        assert f"filter {n} " in text_of(pilot)
        assert "--where 'rank>1 rank@2<=1 dogs'" in text_of(pilot)


# Labelling ------------------------------------------------------------------------------------


async def test_a_label_is_the_decision_that_cases_makes(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        case = await shown(pilot)
        await press(pilot, "1")
        assert said(pilot).startswith(f"{case} -> CNT saved ")
        assert current(pilot) == case
    async with open_cases(workspace, run_id=1, filter=f"id:{case}") as pilot:
        assert case_screen(pilot).loaded.case.categories == ("counting",)
        await press(pilot, "minus", "1")
    rows = stored(workspace)
    assert rows == [
        (case, '["counting"]', "labelled", "", 0),
        (case, "[]", "undecided", "", 0),
        (case, '["counting"]', "labelled", "", 0),
    ]
    found = workspace.read().execute(
        "SELECT DISTINCT dataset_id, direction, query_id, top_id FROM decisions"
    )
    top_id = workspace.cases.rows(1, "t2i", [case])[0].top_id
    assert found.fetchall() == [(1, "t2i", case, top_id)]


async def test_marks_are_labelled_together_and_taken_back(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        ids = case_list(pilot).ids[:2].tolist()
        await press(pilot, "space", "space")
        await shown(pilot)
        await press(pilot, "2")
        await until(pilot, lambda: len(stored(workspace)) == 2, "both are stored")
        assert sorted(row[0] for row in stored(workspace)) == sorted(ids)
        await press(pilot, "u")
        await until(pilot, lambda: len(stored(workspace)) == 4, "both are taken back")


async def test_labels_change_what_b_fixes(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        assert "A's misses B fixes (? suggested)" in text_of(pilot)
        before = compare_screen(pilot).comparison.categories
        await press(pilot, "x")
        await until(pilot, lambda: " DAT   1 of 1  few" in text_of(pilot), "counted")
        assert "A's misses B fixes (? suggested)" in text_of(pilot)
        assert set(before) < set(compare_screen(pilot).comparison.categories)


async def test_a_key_that_a_dialog_does_not_know_does_nothing_below_it(
    workspace: Workspace,
) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "C")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunPicker), "the picker is open")
        await press(pilot, "enter")
        for key, character in (("1", "1"), ("enter", "\r")):
            pilot.app.post_message(Key(key, character))
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen), "both are chosen")
        await listed(pilot)
        await shown(pilot)
        await pilot.pause(0.1)
        assert stored(workspace) == []


async def test_enter_twice_at_once_chooses_one_run(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "C")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunPicker), "the picker is open")
        for _ in range(3):
            pilot.app.post_message(Key("enter", "\r"))
        await pilot.pause(0.1)
        assert isinstance(pilot.app.screen, RunPicker | CompareScreen)


async def test_enter_twice_at_once_saves_one_note(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "e", "b")
        for _ in range(2):
            pilot.app.post_message(Key("enter", "\r"))
        await until(pilot, lambda: stored(workspace), "the note is stored")
        await pilot.pause(0.1)
        assert [row[3] for row in stored(workspace)] == ["b"]


async def test_enter_shows_the_case_with_what_both_runs_retrieved(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        query_id = await shown(pilot)
        other = compare_screen(pilot).loaded.other
        await press(pilot, "1")
        await until(pilot, lambda: stored(workspace), "the label is stored")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, TriageScreen), "Triage is open")
        triage = pilot.app.screen
        await until(pilot, triage.is_shown, "the case is shown")
        assert triage.current == query_id  # though it is decided
        _, partner, *_ = triage.loaded.sheet.ranks
        assert (partner.rank, partner.top) == (other.sheet.ranks[0].rank, "TRUE")
        assert f"{partner.model} {partner.rank}, top-1 TRUE" in text_of(pilot)
        assert "rank@2 is the rank in base-coco" in text_of(pilot)


async def test_where_only_a_hits_cases_are_those_of_b(
    workspace: Workspace,
) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "=")
        await listed(pilot)
        screen = compare_screen(pilot)
        assert screen.place.quadrant == "only_a"
        rows = screen.source.rows(screen.source.ids)
        ranks = [int(row.other_rank) for row in rows]
        assert ranks == sorted(ranks, reverse=True)
        assert len(set(ranks)) > 1
        assert {row.rank for row in rows} == {"1"}
        assert {"CNT?", "ATR?"} & {row.chip.text for row in rows}
        assert "sort: rank B, worst first" in text_of(pilot)
        query_id = await shown(pilot)
        (missed,) = workspace.cases.rows(screen.place.b, "t2i", [query_id])
        await press(pilot, "1")
        await until(pilot, lambda: workspace.decisions.history(), "the label is stored")
        (decision,) = workspace.decisions.history()
        assert (decision.query_id, decision.top_id) == (query_id, missed.top_id)
        assert decision.top_id != missed.positive_id, "it is what B retrieved wrongly"
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, TriageScreen), "Triage is open")
        triage = pilot.app.screen
        await until(pilot, triage.is_shown, "the case is shown")
        assert triage.source.view.run_id == screen.place.b
        assert triage.loaded.case.top_id == missed.top_id
        _, partner, *_ = triage.loaded.sheet.ranks
        assert (partner.rank, partner.top) == ("1", "TRUE")


async def test_a_case_is_opened_with_what_both_runs_retrieved(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        query_id = await shown(pilot)
        other = compare_screen(pilot).loaded.other
        await press(pilot, "Q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is open")
        assert await shown(pilot) == query_id
        own, partner, *_ = case_screen(pilot).loaded.sheet.ranks
        assert (partner.rank, partner.top) == (other.sheet.ranks[0].rank, "TRUE")
        assert own.top == case_screen(pilot).loaded.sheet.hits[0].key
        assert own.model != partner.model
        assert f"{partner.model} {partner.rank}, top-1 TRUE" in text_of(pilot)
        await press(pilot, "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseDetails), "details are open")
        assert f"{partner.model}: rank {partner.rank}, top 1 " in details_of(pilot)


def details_of(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app.screen, CaseDetails)
    return "\n".join(pilot.app.screen.texts())


async def test_a_case_in_all_runs_and_one_of_them_is_taken_as_b(workspace: Workspace) -> None:
    add_third_run(workspace, seed=5)
    async with open_compare(workspace, (100, 30), compare=(1, 2)) as pilot:
        screen = compare_screen(pilot)
        query_id = await shown(pilot)
        await press(pilot, "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseAcross), "all runs are listed")
        lines = {line[2:6].strip(): line for line in pilot.app.screen.texts()}
        assert set(lines) == {"1", "2", "3"}
        assert (lines["1"][0], lines["2"][0], lines["3"][0]) == ("A", "B", " ")
        for run_id, line in lines.items():
            view = CaseView(int(run_id), screen.place.direction)
            (case,) = pilot.app.session.cases.rows(view, [query_id])
            assert f"rank {case.rank:>5}" in line
            assert ("top-1 says: " in line) == (case.rank > 1)
            assert case.top_text[:20] in line or case.rank == 1
        await press(pilot, "G", "enter")  # run 1, the oldest
        await until(pilot, lambda: screen.is_current, "back in Compare")
        assert said(pilot) == "Run 1 is A: ~ swaps A and B."
        await press(pilot, "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseAcross), "all runs again")
        await press(pilot, "g", "enter")
        await until(pilot, lambda: screen.place and screen.place.b == 3, "run 3 is B")
        await listed(pilot)
        assert (screen.place.a, case_list(pilot).current) == (1, query_id)


async def test_a_run_is_chosen_with_the_keys_of_a_list(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "C", "G")
        options = pilot.app.screen.query_one(OptionList)
        assert options.highlighted == options.option_count - 1
        await press(pilot, "g")
        assert options.highlighted == 0


async def test_several_categories_are_saved_with_enter(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        case = await shown(pilot)
        await press(pilot, "m", "1", "2", "enter")
        await until(pilot, lambda: stored(workspace), "they are stored")
        assert stored(workspace)[0][:2] == (case, '["counting","attributes"]')
        assert isinstance(pilot.app.screen, CompareScreen)


async def test_the_queue_of_triage_is_the_quadrant(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        place = pilot.app.trail.place.view
        n = len(case_list(pilot).ids)
        await press(pilot, "T")
        await until(pilot, lambda: isinstance(pilot.app.screen, TriageScreen), "Triage is open")
        await shown(pilot)
        assert f"1 of {n}" in text_of(pilot)
        await press(pilot, "x")
        await until(pilot, lambda: len(stored(workspace)) == 1, "stored")
        case = await shown(pilot)
        await press(pilot, "q")
        await listed(pilot)
        assert await shown(pilot) == case
        assert pilot.app.trail.place.view == place


# Going there and away -------------------------------------------------------------------------


async def test_the_quadrant_is_listed_in_cases(workspace: Workspace) -> None:
    async with open_cases(workspace, run_id=1) as pilot:
        assert case_screen(pilot).source.view.filter == "rank>10"
        await press(pilot, "g", "m")
        await listed(pilot)
        await press(pilot, "j")
        case, ids = await shown(pilot), sorted(case_list(pilot).ids)
        await press(pilot, "Q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is open")
        await until(pilot, lambda: sorted(case_list(pilot).ids) == ids, "the quadrant is listed")
        assert await shown(pilot) == case
        assert "rank@2<=1" in text_of(pilot).splitlines()[1]


@pytest.mark.parametrize("triage", [False, True])
async def test_c_compares_at_the_case(workspace: Workspace, triage: bool) -> None:
    async with open_cases(workspace, filter="") as pilot:
        if triage:
            await to_triage(pilot)
        await press(pilot, "j", "j", "j")
        case = await shown(pilot)
        await press(pilot, "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen), "Compare is open")
        await listed(pilot)
        assert current(pilot) == case
        assert (compare_screen(pilot).place.a, compare_screen(pilot).place.b) == (2, 1)


async def test_c_in_a_triage_of_compare_goes_back_to_the_case(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "T")
        await until(pilot, lambda: isinstance(pilot.app.screen, TriageScreen), "Triage is open")
        await shown(pilot)
        await press(pilot, "j")
        case = await shown(pilot)
        await press(pilot, "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen), "Compare is back")
        await listed(pilot)
        assert current(pilot) == case


async def test_c_without_another_run_says_so(empty_workspace: Workspace) -> None:
    dataset = add_dataset(empty_workspace, 4)
    add_run(empty_workspace, dataset, random_ranks(dataset, 1))
    async with open_cases(empty_workspace, filter="") as pilot:
        await press(pilot, "c")
        await until(pilot, lambda: "the only run on its data set" in said(pilot), "it is said")
        assert isinstance(pilot.app.screen, CasesScreen)


async def test_the_runs_are_chosen_one_after_the_other(empty_workspace: Workspace) -> None:
    dataset = add_dataset(empty_workspace, 4)
    for seed in (1, 2, 3):
        add_run(empty_workspace, dataset, random_ranks(dataset, seed), f"v:model-{seed}")
    for name, specs in (("one", ("v:lonely",)), ("two", ("v:other-1", "v:other-2"))):
        elsewhere = add_dataset(empty_workspace, 4, name=name)
        for seed, spec in enumerate(specs):
            add_run(empty_workspace, elsewhere, random_ranks(elsewhere, seed), spec)
    async with open_compare(empty_workspace, compare=(2, 3)) as pilot:
        assert (compare_screen(pilot).place.a, compare_screen(pilot).place.b) == (2, 3)
        await press(pilot, "C")
        await until(pilot, lambda: "A: the run to compare with" in text_of(pilot), "A is asked")
        assert "lonely" not in text_of(pilot)
        assert "other-1" in text_of(pilot)
        await press(pilot, "k", "enter")
        await until(pilot, lambda: "B: what is compared with run 3" in text_of(pilot), "B is asked")
        assert "model-3" not in text_of(pilot)
        assert "other" not in text_of(pilot)
        await press(pilot, "j", "enter")
        await until(pilot, lambda: compare_screen(pilot).place.b == 1, "they are compared")
        assert compare_screen(pilot).place.a == 3


async def test_a_restart_goes_on_there(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        await press(pilot, "tilde")
        await listed(pilot)
        await press(pilot, "equals_sign")
        await listed(pilot)
        await press(pilot, "slash", *"number", "enter")
        await listed(pilot)
        await press(pilot, "j", "j")
        case = await shown(pilot)
        place = compare_screen(pilot).place
        await pilot.press("ctrl+q")
    app = make_app(workspace, "")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CompareScreen), "Compare is open")
        await listed(pilot)
        assert compare_screen(pilot).place == place
        assert current(pilot) == case
        assert place.words == "number"


async def test_a_restart_without_the_category_that_was_filtered_lists_all(
    workspace: Workspace,
) -> None:
    place = ComparePlace(1, 2, words="cat:gone")
    Places(workspace.path, readonly=False).save(Place("compare", compare=place))
    async with open_compare(workspace) as pilot:
        assert len(case_list(pilot).ids) == compare_screen(pilot).comparison.quadrant("only_b").n
        assert "filter:" not in text_of(pilot)


async def test_the_app_can_be_started_with_two_runs(workspace: Workspace) -> None:
    async with open_compare(workspace, compare=(2, 1)) as pilot:
        assert (compare_screen(pilot).place.a, compare_screen(pilot).place.b) == (2, 1)


# Where there is nothing to compare ------------------------------------------------------------


async def test_with_one_run_it_says_what_to_do_until_there_are_two(
    empty_workspace: Workspace,
) -> None:
    dataset = add_dataset(empty_workspace, 4)
    add_run(empty_workspace, dataset, random_ranks(dataset, 1))
    app = an_app(empty_workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "needs two finished runs" in text_of(pilot), "it is said")
        assert "--rerank 128" in text_of(pilot)
        await press(pilot, "1", "equals_sign", "tilde", "V", "T", "O", "B", "enter", "d", "w")
        assert stored(empty_workspace) == []
        assert isinstance(app.screen, CompareScreen)
        add_run(empty_workspace, dataset, random_ranks(dataset, 2), "v:b")
        compare_screen(pilot).pulsed(Pulse(changes=1))
        await listed(pilot)
        assert "needs two" not in text_of(pilot)


async def test_runs_on_other_data_are_refused_in_a_sentence(empty_workspace: Workspace) -> None:
    for name in ("one", "two"):
        dataset = add_dataset(empty_workspace, 4, name=name)
        add_run(empty_workspace, dataset, random_ranks(dataset, 1))
    app = an_app(empty_workspace, compare=(1, 2))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "C chooses other runs" in text_of(pilot), "it is said")
        assert text_of(pilot).splitlines()[3].startswith(" Run 1 is on one/test and run 2 on two")
        assert said(pilot).startswith("Run 1 is on one/test and run 2 on two/test")


async def test_a_refusal_leaves_what_is_shown(workspace: Workspace) -> None:
    other = add_dataset(workspace, 4, name="other")
    add_run(workspace, other, random_ranks(other, 1))
    async with open_compare(workspace) as pilot:
        screen, ids = compare_screen(pilot), list(case_list(pilot).ids)
        screen.compare(replace(screen.place, b=3))
        await until(pilot, lambda: "evaluate both models on one data set" in said(pilot), "said")
        assert list(case_list(pilot).ids) == ids
        await press(pilot, "equals_sign")
        await listed(pilot)
        assert screen.place.quadrant == "only_a"


# Waiting --------------------------------------------------------------------------------------


async def test_the_old_stays_until_the_new_is_there_and_no_key_waits(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    async with open_compare(workspace) as pilot:
        screen = compare_screen(pilot)
        compare = screen.session.compare.compare

        def slow(*args: object) -> object:
            assert go.wait(10)
            return compare(*args)

        monkeypatch.setattr(screen.session.compare, "compare", slow)
        before = list(case_list(pilot).ids)
        await press(pilot, "V")
        await until(pilot, lambda: "Comparing run 1 and run 2, i2t .." in said(pilot), "it is said")
        await press(pilot, "j", "equals_sign")
        assert list(case_list(pilot).ids) == before
        assert "t2i  same 60 queries" in text_of(pilot)
        assert case_list(pilot).cursor == 1
        go.set()
        await until(pilot, lambda: "i2t  same 12 queries" in text_of(pilot), "it is there")
        await listed(pilot)
        assert screen.place.quadrant == "only_a"
        assert said(pilot) == ""


async def test_keys_that_come_at_once_all_count(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        for key, character in (("equals_sign", "="), ("tilde", "~"), ("equals_sign", "=")):
            pilot.app.post_message(Key(key, character))
        screen = compare_screen(pilot)
        await until(pilot, lambda: screen.place.a == 2, "they are swapped")
        await listed(pilot)
        assert (screen.place.b, screen.place.quadrant) == (1, "only_a")
        assert hits(workspace, pilot) == ({True}, {False})


async def test_moving_the_cursor_compares_nothing_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_compare(workspace) as pilot:
        screen = compare_screen(pilot)
        asked = []
        monkeypatch.setattr(screen.session.compare, "compare", lambda *a: asked.append(a))
        await press(pilot, "j", "j", "G", "k", "equals_sign", "o", "i")
        await listed(pilot)
        assert asked == []


# Looking --------------------------------------------------------------------------------------


async def test_both_answers_and_the_truth_are_drawn_once(workspace: Workspace) -> None:
    def third(name: str) -> bool:
        return compare_screen(pilot).query_one(f"#third-{name}").display

    async with open_compare(workspace, (200, 50)) as pilot:
        await drawn(pilot)
        assert (third("a"), third("b"), third("true")) == (True, False, True)
        assert "= top-1 of B" in text_of(pilot)
        await press(pilot, "equals_sign", "equals_sign")
        await listed(pilot)
        await drawn(pilot)
        assert (third("a"), third("b"), third("true")) == (True, True, True)
        await press(pilot, "J")
        assert "= top-2 of A and B" in text_of(pilot)
        await press(pilot, "J")
        assert text_of(pilot).count("A top-3") == text_of(pilot).count("B top-3") == 2


async def test_at_80x24_p_changes_numbers_for_pictures(workspace: Workspace) -> None:
    async with open_compare(workspace) as pilot:
        assert " R@1 " in text_of(pilot)
        await press(pilot, "p")
        await drawn(pilot)
        assert " R@1 " not in text_of(pilot)
        assert "▀▀▀" in text_of(pilot)
        await press(pilot, "p")
        assert " R@1 " in text_of(pilot)
        assert "top-1 says" not in text_of(pilot)


@pytest.mark.parametrize(
    ("size", "words"), [((60, 16), 35), ((80, 24), 60), ((120, 30), 60), ((200, 50), 120)]
)
async def test_the_query_is_not_cut_and_the_list_keeps_the_cursor(
    workspace: Workspace, size: tuple[int, int], words: int
) -> None:
    long = " ".join(f"w{n:03}" for n in range(words))
    async with open_compare(workspace, size) as pilot:
        short = case_list(pilot).size.height
        for _ in range(short):
            await press(pilot, "j")
        ids = case_list(pilot).ids
        with workspace.write() as connection:
            connection.execute(
                "UPDATE captions SET text = ? || ' ' || id WHERE id != ?", (long, int(ids[0]))
            )
        await press(pilot, "j")
        await shown(pilot)
        query_id = case_list(pilot).current
        said = " ".join(pilot.app.screen.query_one(CompareWords).render().plain.split())
        assert said.startswith(f"{long} {query_id}")
        assert 3 <= case_list(pilot).size.height < short
        assert any(row.startswith(f">  {query_id}") for row in text_of(pilot).splitlines())
        await press(pilot, "g", "g")
        await shown(pilot)
        assert case_list(pilot).size.height == short


async def test_details_say_everything(empty_workspace: Workspace) -> None:
    dataset = add_dataset(empty_workspace, 40)
    protocol = {"prompt": "", "image_size": 384}
    add_run(empty_workspace, dataset, random_ranks(dataset, 1))
    add_run(empty_workspace, dataset, random_ranks(dataset, 2), "v:b", protocol=protocol)
    async with open_compare(empty_workspace, (100, 120)) as pilot:
        assert " ! image size A 224, B 384" in text_of(pilot)
        await press(pilot, "d")
        assert isinstance(pilot.app.screen, DetailsOverlay)
        text = text_of(pilot)
        assert "image size        A 224   B 384" in text
        assert "A top-1 " in text
        assert "B top-1 = TRUE" in text
        assert "McNemar" in text


async def test_the_models_are_a_table_and_a_plot(empty_workspace: Workspace) -> None:
    dataset = add_dataset(empty_workspace, 4)
    for seed, spec in enumerate(("v:small", "v:large")):
        ranks = random_ranks(dataset, seed)
        add_run(empty_workspace, dataset, ranks, spec, parameters=10 ** (6 + seed))
    async with open_compare(empty_workspace) as pilot:
        await press(pilot, "O")
        await until(pilot, lambda: isinstance(pilot.app.screen, ModelsOverlay), "the models")
        text = text_of(pilot)
        assert "Models on pairs/test" in text
        assert "params M" in text
        assert "parameters, log scale" in text
        assert text.splitlines()[2].startswith(" > ")
        assert "small" in "".join(text.splitlines()[2:4])
        assert "large" in "".join(text.splitlines()[2:4])
        assert "o 1 small" in text or "* 1 small" in text
        assert "o 2 large" in text or "* 2 large" in text
        await press(pilot, "o")
        assert "seconds" in text_of(pilot).splitlines()[0]
        await press(pilot, "1", "O")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen), "closed")
        assert stored(empty_workspace) == []


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_the_ranks_of_both_runs_are_a_table(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    async with open_compare(workspace, size) as pilot:
        screen = compare_screen(pilot)
        assert ("A / B" in text_of(pilot)) == (size == (200, 50))
        await press(pilot, "B")
        assert isinstance(pilot.app.screen, RankPlot)
        assert "A / B" in text_of(pilot)
        counts = np.array(screen.comparison.ranks.counts)
        assert counts.sum() == 60
        await press(pilot, "B")
        assert pilot.app.screen is screen


async def test_what_is_read_from_files_cannot_move_the_cursor(
    empty_workspace: Workspace,
) -> None:
    dataset = add_dataset(empty_workspace, 4, name="pa\x1b[2Jirs")
    add_run(empty_workspace, dataset, random_ranks(dataset, 1), "v:a\x1b[31m")
    protocol = {"prompt": "\x1b]0;title\x07", "image_size": 224}
    add_run(empty_workspace, dataset, random_ranks(dataset, 2), "v:b\u202e", protocol=protocol)
    async with open_compare(empty_workspace, (160, 45)) as pilot:
        for keys in ("", "d", "q", "O", "q", "B", "q", "C"):
            await press(pilot, *keys)
            assert not set(text_of(pilot)) & set("\x1b\x07\u202e")


async def test_clusters_of_a_stand_beside_the_scores_where_there_is_room(
    workspace: Workspace,
) -> None:
    add_clusters(workspace, 1)
    async with open_compare(workspace, (200, 50)) as pilot:
        assert "Clusters: A's misses fixed by B" in text_of(pilot)
        first = compare_screen(pilot).comparison.clusters[0]
        assert f"{first.cluster} {first.name}" in text_of(pilot)
