"""What the status line says is true: it goes when the view does, and the last save stays."""

from __future__ import annotations

import re
from dataclasses import replace

from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import open_cases, press, said, shown, stored, text_of, to_triage
from tests.ui.conftest import make_app, settled
from workbench.presenters.shell import ended_sentence
from workbench.views.keys.in_use import use_keys
from workbench.views.keys.table import KEYS
from workbench.widgets.case_progress import StatusCounts
from workbench.widgets.status_line import StatusLine

SAVED = re.compile(r" saved \d\d:\d\d:\d\d$|  saved \d\d \w{3} \d\d:\d\d$", re.MULTILINE)


def column_of_the_save(pilot: Pilot[None]) -> int:
    found = [SAVED.search(line) for line in text_of(pilot).splitlines()]
    return next(one.end() for one in found if one)


async def test_a_sentence_goes_at_the_next_key(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "ctrl+c")
        assert said(pilot) == "Ctrl+Q quits; jobs keep running."
        await press(pilot, "j")
        assert said(pilot) == ""


async def test_an_error_and_news_stay_while_the_cursor_moves(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        pilot.app.tell("The disk is full.", "bad")
        await press(pilot, "j", "G", "ctrl+u")
        assert said(pilot) == "The disk is full."
        pilot.app.tell("Job 7 is done.", keep=True)
        await press(pilot, "k", "J")
        assert said(pilot) == "Job 7 is done."
        await press(pilot, "p")
        assert said(pilot) == ""


async def test_a_sentence_about_one_view_is_not_under_another(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "escape")
        await settled(pilot)
        assert said(pilot).startswith("Filter cleared; it was")
        await press(pilot, "f")
        await settled(pilot)
        await press(pilot, "enter")
        await settled(pilot)
        assert pilot.app.screen.words
        assert said(pilot) == ""


async def test_a_sentence_stays_on_its_screen(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        pilot.app.tell("Job 7 is done.", keep=True)
        pilot.app.trail.go("home")
        await settled(pilot)
        pilot.app.trail.go("cases")
        await settled(pilot)
        assert said(pilot) == ""


def test_news_of_a_run_says_what_opens_it_here() -> None:
    ended = [(2, "evaluate", "done", 1)]
    assert ended_sentence(ended) == "Job 2 is done: g c opens the failures of run 1."
    assert ended_sentence(ended, offered=False) == "Job 2 is done: C chooses run 1."


def test_news_of_clusters_names_the_key_in_use_unless_they_are_shown() -> None:
    ended = [(7, "cluster", "done", 1)]
    assert ended_sentence(ended) == "Job 7 is done: g k shows the clusters."
    assert ended_sentence(ended, screen="clusters") == "Job 7 (cluster) is done."
    moved = tuple(replace(k, keys=("g y",)) if k.id == "go_clusters" else k for k in KEYS)
    use_keys(moved)
    try:
        assert ended_sentence(ended) == "Job 7 is done: g y shows the clusters."
    finally:
        use_keys(KEYS)


async def test_the_last_save_stays_in_its_place(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        assert not SAVED.search(text_of(pilot))
        await press(pilot, "1")
        await settled(pilot)
        assert "saved" in said(pilot)
        await press(pilot, "j")
        await shown(pilot)
        assert SAVED.search(text_of(pilot))
        await press(pilot, "escape")
        await settled(pilot)
        await press(pilot, "j")
        column = column_of_the_save(pilot)
        await to_triage(pilot)
        assert column_of_the_save(pilot) == column
    assert len(stored(workspace)) == 1
    async with open_cases(workspace) as pilot:
        await settled(pilot)
        assert SAVED.search(text_of(pilot))
    app = make_app(workspace, "compare", image_mode="half-block")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert SAVED.search(text_of(pilot))


async def test_a_long_sentence_takes_the_place_of_the_save(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "1")
        await settled(pilot)
        status = pilot.app.screen.query_one(StatusLine)
        status.say("x" * 55)
        assert status.line.spans[-1].text.startswith("saved")
        status.say("x" * 70)
        assert status.line.spans[-1].text == "x" * 70


async def test_counts_stand_before_the_save(workspace: Workspace) -> None:
    app = make_app(workspace, "compare", image_mode="none")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "1")
        await settled(pilot)
        await press(pilot, "j")
        await settled(pilot)
        status = pilot.app.screen.query_one(StatusCounts)
        assert re.fullmatch(r"CNT 1 .*  saved .*", status.line.spans[-1].text)
