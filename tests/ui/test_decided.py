"""The history of decisions from a screen without a case: Enter goes to the case."""

from __future__ import annotations

import pytest

from store.workspace import Workspace
from tests.ui.cases_pilot import (
    case_list,
    case_screen,
    open_cases,
    press,
    said,
    shown,
    text_of,
    to_triage,
    until,
)
from tests.ui.conftest import make_app, settled
from workbench.modals.history import HistoryDialog
from workbench.screens.cases import CasesScreen


@pytest.mark.parametrize("screen", ["home", "jobs", "slices", "plots"])
async def test_h_goes_to_the_case_of_a_decision(workspace: Workspace, screen: str) -> None:
    async with open_cases(workspace) as pilot:
        query_id = await shown(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: "saved" in said(pilot), "it is saved")
    app = make_app(workspace, screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "H")
        await until(pilot, lambda: isinstance(app.screen, HistoryDialog), "the history")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, CasesScreen), "Cases")
        assert await shown(pilot) == query_id
        assert case_list(pilot).ids.tolist() == [query_id]


async def test_a_case_that_the_queue_of_triage_lacks_is_shown_in_cases_of_the_same_run(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        query_id = await shown(pilot)
        run_id = case_screen(pilot).source.view.run_id
        await press(pilot, "1")
        await until(pilot, lambda: "saved" in said(pilot), "it is saved")
        await press(pilot, "slash", "ctrl+u", *f"!id:{query_id}", "enter")
        await until(pilot, lambda: query_id not in case_list(pilot).ids, "it is not listed")
        await to_triage(pilot)
        await press(pilot, "H")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistoryDialog), "the history")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases")
        assert await shown(pilot) == query_id
        assert case_screen(pilot).source.view.run_id == run_id


async def test_the_history_says_what_was_labelled_in_which_run_and_what_it_was(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        query_id = await shown(pilot)
        for key, code in (("1", "CNT"), ("2", "ATR")):
            await press(pilot, key)
            await until(pilot, lambda code=code: f"{query_id} -> {code}" in text_of(pilot), code)
    app = make_app(workspace, "home")
    async with app.run_test(size=(160, 45)) as pilot:
        await settled(pilot)
        await press(pilot, "H")
        await until(pilot, lambda: isinstance(app.screen, HistoryDialog), "the history")
        newest, first, *_ = app.screen.texts()
        caption = workspace.cases.rows(2, "t2i", [query_id])[0].query
        assert "ATR" in newest
        assert "was CNT" in newest
        assert "base-coco" in newest
        assert caption in newest
        assert "was" not in first.split(caption)[0]


async def test_the_history_tells_an_undo_from_what_was_done_again(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        query_id = await shown(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: f"{query_id} -> CNT" in text_of(pilot), "the label")
        await press(pilot, "u")
        await until(pilot, lambda: "Undone" in said(pilot), "the undo")
        await press(pilot, "U")
        await until(pilot, lambda: "Done again" in said(pilot), "the redo")
        await press(pilot, "H")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistoryDialog), "the history")
        done = [text.split("t2i")[1].split()[0] for text in pilot.app.screen.texts()[:3]]
        assert done == ["redone", "undone", "CNT"]
        assert "was no" not in text_of(pilot)


async def test_a_history_without_decisions_closes_with_q(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "H")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistoryDialog), "the history")
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "it is closed")


async def test_a_mark_stands_at_the_cursor_and_a_decision_takes_one_row(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        for key in ("1", "2"):
            await press(pilot, key)
            await until(pilot, lambda: "saved" in said(pilot), "it is saved")
    app = make_app(workspace, "home")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "H")
        await until(pilot, lambda: isinstance(app.screen, HistoryDialog), "the history")
        n = len(app.screen.texts())
        assert n > 1
        for at in range(2):
            rows = text_of(pilot).splitlines()[1 : n + 1]
            assert all(" t2i " in row for row in rows)
            assert [y for y, row in enumerate(rows) if row.startswith(">")] == [at]
            await press(pilot, "j")
