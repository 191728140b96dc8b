"""Adjudication: the cases whose annotators disagree, both labels, and a decision that settles."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from store.filter import parse
from store.records.decision import NewDecision
from store.workspace import Workspace
from tests.ui.conftest import make_app, settled
from workbench.cli import main
from workbench.screens.cases import CasesScreen
from workbench.screens.triage import TriageScreen
from workbench.widgets.status_line import StatusLine
from workbench.widgets.text_line import TextLine


def failures(workspace: Workspace) -> list[int]:
    return [int(n) for n in workspace.cases.ids(1, "t2i", parse("rank>1"), "id")]


def decide(workspace: Workspace, query_id: int, who: str, *names: str, star: bool = False) -> None:
    (case,) = workspace.cases.rows(1, "t2i", [query_id])
    workspace.decisions.add(
        NewDecision(1, "t2i", query_id, case.top_id, who, names, "labelled", "", star)
    )


def disputed(workspace: Workspace) -> list[int]:
    """What the filter lists; the queue of the command has to list the same."""
    found = [int(n) for n in workspace.cases.ids(1, "t2i", parse("disputed"), "id")]
    options = ["--workspace", str(workspace.path), "agreement", "1", "--queue", "--json"]
    queue = json.loads(CliRunner().invoke(main, options).stdout)
    assert sorted(row["query_id"] for row in queue) == found
    return found


@pytest.fixture
def two(workspace: Workspace) -> Workspace:
    """Two cases in dispute and one that is not."""
    first, second, third = failures(workspace)[:3]
    for who, name in (("eva", "counting"), ("mh", "attributes")):
        decide(workspace, first, who, name)
        decide(workspace, second, who, name)
    decide(workspace, third, "eva", "counting", "other")
    decide(workspace, third, "mh", "other")
    return workspace


async def test_every_decision_settles_a_case_and_the_next_one_comes(two: Workspace) -> None:
    first, second = disputed(two)
    app = make_app(two, "cases", run_id=1, filter="rank>1", annotator="judge")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        here = app.screen.cases.current
        await pilot.press("g", "a")
        await settled(pilot)
        assert isinstance(app.screen, TriageScreen)
        assert app.screen.loaded.case.query_id in (first, second)
        line = app.screen.query_one("#triage-labels", TextLine).line.text
        assert line.split() == ["labels:", "eva", "CNT", "mh", "ATR"]
        await pilot.press("4")
        await settled(pilot)
        assert len(disputed(two)) == 1
        await pilot.press("1")
        await settled(pilot)
        assert disputed(two) == []
        assert app.screen.has_class("-ended")
        await pilot.press("u")
        await settled(pilot)
        assert len(disputed(two)) == 1
        assert app.screen.queue.undecided == 1, "it is in dispute again"
        await pilot.press("1")
        await settled(pilot)
        await pilot.press("*", "q")
        await settled(pilot)
        assert isinstance(app.screen, CasesScreen)
        assert (app.screen.words, app.screen.cases.current) == ("rank>1", here)
        await pilot.press("g", "a")
        await settled(pilot)
        assert "No two annotators disagree" in app.screen.query_one(StatusLine).sentence


async def test_a_star_or_a_note_of_the_adjudicator_keeps_it_settled(two: Workspace) -> None:
    first, _ = disputed(two)
    (case,) = two.cases.rows(1, "t2i", [first])
    two.decisions.add(
        NewDecision(1, "t2i", first, case.top_id, "judge", ("abstract",), "labelled"),
        adjudicates=True,
    )
    assert first not in disputed(two)
    decide(two, first, "judge", "abstract", star=True)
    assert first not in disputed(two)
    decide(two, first, "judge", "coreference")
    assert first in disputed(two), "the label that settled it is gone"


async def test_a_third_label_that_does_not_adjudicate_settles_nothing(two: Workspace) -> None:
    first, second = disputed(two)
    decide(two, first, "third", "abstract")
    assert disputed(two) == [first, second]


async def test_a_later_label_of_an_annotator_opens_it_again(two: Workspace) -> None:
    first, _ = disputed(two)
    (case,) = two.cases.rows(1, "t2i", [first])
    two.decisions.add(
        NewDecision(1, "t2i", first, case.top_id, "mh", ("counting",), "labelled"),
        adjudicates=True,
    )
    assert first not in disputed(two), "one of the two may judge as well"
    decide(two, first, "eva", "abstract")
    assert first in disputed(two)


async def test_labels_of_others_are_hidden_when_blind(two: Workspace) -> None:
    app = make_app(two, "cases", run_id=1, filter="rank>1", annotator="judge", blind=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("g", "a")
        await settled(pilot)
        assert isinstance(app.screen, TriageScreen)
        line = app.screen.query_one("#triage-labels", TextLine).line.text
        assert "hidden" in line
        assert "CNT" not in line
