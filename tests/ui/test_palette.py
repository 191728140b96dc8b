"""The palette finds a verb by its words, its id and what else it is called, and on any screen."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette
from textual.widgets import OptionList

from store.workspace import Workspace
from tests.ui.cases_pilot import press, said, text_of, until
from tests.ui.conftest import make_app, settled


@pytest.mark.parametrize(
    ("screen", "typed", "found"),
    [
        ("cases", "adjud", "Settle cases labelled twice"),
        ("cases", "kappa", "Settle cases labelled twice"),
        ("home", "adjudicate", "Cases: Settle cases labelled twice"),
        ("home", "merge", "Clusters: Merge"),
        ("cases", "csv", "Write (export) this view"),
        ("cases", "take back", "Undo"),
    ],
)
async def test_words_that_find_a_verb(
    workspace: Workspace, screen: str, typed: str, found: str
) -> None:
    async with make_app(workspace, screen).run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await press(pilot, ":")
        assert isinstance(pilot.app.screen, CommandPalette)
        await press(pilot, *typed)
        await until(pilot, lambda: found in text_of(pilot), f"{found} is offered")


async def test_a_verb_of_another_screen_is_gone_to(workspace: Workspace) -> None:
    app = make_app(workspace, "home")
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await press(pilot, ":", *"adjudicate")
        await until(
            pilot, lambda: app.screen.query_one(OptionList).option_count, "something is offered"
        )
        await press(pilot, "down", "enter")
        await until(pilot, lambda: app.current_mode == "cases", "Cases is shown")
        await settled(pilot)
        assert said(pilot).startswith("g a here: Settle cases labelled twice")
