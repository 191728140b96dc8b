"""Categories that were toggled belong to a query and what was retrieved for it, in whatever run."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import (
    case_list,
    case_screen,
    open_cases,
    press,
    said,
    shown,
    stored,
    until,
)
from workbench.screens import resting
from workbench.screens.case_screen import TOO_SOON
from workbench.views.case_view import CaseView


async def to_run(pilot: Pilot[None], run_id: int) -> None:
    """List the same queries in another run, with the cursor where it is."""
    screen = case_screen(pilot)
    view = CaseView(run_id, "t2i", "", "id")
    screen.open_view(view)
    await until(pilot, lambda: screen.source.view == view, "the other run is listed")


async def test_toggles_are_not_taken_to_what_another_run_retrieved(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_cases(workspace) as pilot:
        await to_run(pilot, 2)
        screen = case_screen(pilot)
        one, other = (
            {case.query_id: case for case in workspace.cases.rows(run, "t2i", case_list(pilot).ids)}
            for run in (2, 1)
        )
        query = next(q for q in one if one[q].top_id != other[q].top_id)
        screen.go_to(query)
        await shown(pilot)
        await press(pilot, "m", "1")
        with monkeypatch.context() as patch:
            patch.setattr(resting, "REST_S", 600)
            await to_run(pilot, 1)
            await press(pilot, "enter")
            assert said(pilot) == TOO_SOON
        screen._rested()
        await until(pilot, lambda: screen.loaded.case.run_id == 1, "the case of run 1 is shown")
        assert f"{query}: CNT not saved." in said(pilot)
        await press(pilot, "enter")
        assert said(pilot).startswith("Nothing was changed")
        assert stored(workspace) == []
