"""Below a case at 200x50: the ranks of the list, progress, pace and agreement."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store.records.decision import NewDecision
from store.workspace import Workspace
from tests.ui.cases_pilot import (
    case_list,
    current,
    open_cases,
    press,
    shown,
    stored,
    text_of,
    to_triage,
    until,
)
from tests.ui.conftest import make_app, settled
from workbench.presenters.pace import LEAST, Pace
from workbench.widgets.case_foot import CaseFoot
from workbench.widgets.line_list import LineList


async def test_ranks_and_progress_stand_below_cases_and_triage(workspace: Workspace) -> None:
    async with open_cases(workspace, (200, 50)) as pilot:
        n = len(case_list(pilot).ids)
        ranks = [case.rank for case in workspace.cases.rows(2, "t2i", case_list(pilot).ids)]
        low = sum(rank <= 20 for rank in ranks)
        await until(pilot, lambda: "11-20" in text_of(pilot), "the ranks are drawn")
        assert band(pilot, "11-20").split()[2] == str(low)
        assert f"undecided {n}   skipped 0" in text_of(pilot)
        now = [0.0]
        pilot.app.session.clock = lambda: now[0]
        await to_triage(pilot)
        await until(pilot, lambda: "11-20" in text_of(pilot), "here as well")
        for decided in range(LEAST):
            now[0] += 6.0
            case = await shown(pilot)
            await press(pilot, "1")
            await until(pilot, lambda d=decided: len(stored(workspace)) == d + 1, "stored")
            await until(pilot, lambda c=case: current(pilot) != c, "the next case comes")
        said = f"undecided {n - LEAST}   skipped 0   last {LEAST} decisions 6.0 s each: "
        await until(pilot, lambda: said in text_of(pilot), "pace and time left")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert not pilot.app.screen.query_one(CaseFoot).size


def band(pilot: Pilot[None], name: str) -> str:
    """Return what stands at a bar: its ranks, the bar and its count, and a mark before them."""
    lines = pilot.app.screen.query_one("#rank-bands", LineList).lines
    return next((line.text for line in lines if f" {name} " in line.text), "")


async def test_a_bar_filters_the_list_and_the_queue(workspace: Workspace) -> None:
    async with open_cases(workspace, (200, 50)) as pilot:
        pilot.app.screen.change_filter("rank>1")
        await until(pilot, lambda: band(pilot, "2-5"), "the ranks are drawn")
        before, words = case_list(pilot).ids, pilot.app.screen.words
        await press(pilot, "tab", "tab", "G")
        last = pilot.app.screen.query_one("#rank-bands", LineList).lines[-1].text.split()
        case = await shown(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: stored(workspace), "a digit labels from here")
        assert case in stored(workspace)[0]
        await press(pilot, "enter")
        await until(pilot, lambda: case_list(pilot).ids != before, "the list is narrowed")
        assert f"{len(case_list(pilot).ids):,}" == last[-1]
        await until(pilot, lambda: band(pilot, last[0]).startswith("*"), "the bar says so")
        await press(pilot, "enter")
        await until(pilot, lambda: case_list(pilot).ids == before, "and takes it away again")
        assert pilot.app.screen.words == words
        await press(pilot, "z")
        await settled(pilot)
        bars = pilot.app.screen.query_one("#rank-bands", LineList)
        assert (bars.size.width, bars.size.height > 30) == (200, True)
        assert not case_list(pilot).size
        await press(pilot, "z", "tab")
        await to_triage(pilot)
        await until(pilot, lambda: band(pilot, last[0]), "the bars of the queue")
        await press(pilot, "tab", "tab", "G", "enter")
        await until(pilot, lambda: len(pilot.app.screen.queue or ()) == int(last[-1]), "narrowed")
        while pilot.app.screen.queue.undecided:
            await until(pilot, pilot.app.screen.is_shown, "shown")
            before = len(stored(workspace))
            await press(pilot, "s")
            await until(pilot, lambda n=before: len(stored(workspace)) > n, "stored")
            await settled(pilot)
        await until(pilot, lambda: pilot.app.screen.has_class("-ended"), "the end of the queue")
        await settled(pilot)
        words = pilot.app.screen.words
        await press(pilot, "enter")
        await until(pilot, lambda: not pilot.app.screen.has_class("-ended"), "reviews the skipped")
        assert pilot.app.screen.words == words


async def test_a_bar_is_chosen_with_the_mouse(workspace: Workspace) -> None:
    async with open_cases(workspace, (200, 50)) as pilot:
        pilot.app.screen.change_filter("rank>1")
        await until(pilot, lambda: band(pilot, "2-5"), "the ranks are drawn")
        before = case_list(pilot).ids
        last = len(pilot.app.screen.query_one("#rank-bands", LineList).lines) - 1
        await pilot.click("#rank-bands", offset=(20, last), times=2)
        await until(pilot, lambda: case_list(pilot).ids != before, "the list is narrowed")


async def test_agreement_is_told_once_both_decided_enough(workspace: Workspace) -> None:
    cases = workspace.cases.rows(2, "t2i", workspace.cases.ids(2, "t2i")[:24])
    for n, case in enumerate(cases):
        for who in ("me", "eva"):
            label = "other" if who == "eva" and n < 3 else ("counting", "abstract")[n % 2]
            workspace.decisions.add(
                NewDecision(
                    dataset_id=1,
                    direction="t2i",
                    query_id=case.query_id,
                    top_id=case.top_id,
                    annotator=who,
                    categories=(label,),
                    verdict="labelled",
                    run_id=2,
                )
            )
    async with open_cases(workspace, (200, 50)) as pilot:
        await until(pilot, lambda: "with eva, 24 decided by both: kappa" in text_of(pilot), "told")
        assert "3 differ" in text_of(pilot)
        assert "decided by anyone" in text_of(pilot)


def test_the_pace_is_a_sentence_once_it_is_known() -> None:
    pace = Pace()
    pace.begin(0.0)
    assert pace.sentence(395) == ""
    for n in range(1, 30):
        pace.decided(6.1 * n)
    assert pace.sentence(395) == "last 20 decisions 6.1 s each: about 40 min left"
    assert pace.sentence(0) == "last 20 decisions 6.1 s each"


async def test_a_larger_terminal_counts_no_bars_that_compare_lacks(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(workspace, "compare", compare=(1, 2))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        counted: list[object] = []
        monkeypatch.setattr(app.session.facets, "of", lambda *args: counted.append(args) or ())
        await pilot.resize_terminal(200, 50)
        await until(pilot, lambda: app.screen.has_class("-vast"), "it is larger")
        await settled(pilot)
        assert not counted
