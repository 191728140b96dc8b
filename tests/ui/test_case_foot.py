"""Below a case at 200x50: the ranks of the list, progress, pace and agreement."""

from __future__ import annotations

from store.records import NewDecision
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
from workbench.presenters.pace import Pace
from workbench.widgets.case_foot import CaseFoot


async def test_ranks_and_progress_stand_below_cases_and_triage(workspace: Workspace) -> None:
    async with open_cases(workspace, (200, 50)) as pilot:
        n = len(case_list(pilot).ids)
        ranks = [case.rank for case in workspace.cases.rows(2, "t2i", case_list(pilot).ids)]
        low = sum(rank <= 50 for rank in ranks)
        await until(pilot, lambda: "11-50" in text_of(pilot), "the ranks are drawn")
        bar = next(line for line in text_of(pilot).splitlines() if " 11-50 " in line)
        assert bar.split()[2] == str(low)
        assert f"undecided {n}   skipped 0" in text_of(pilot)
        now = [0.0]
        pilot.app.session.clock = lambda: now[0]
        await to_triage(pilot)
        await until(pilot, lambda: "11-50" in text_of(pilot), "here as well")
        for decided in range(3):
            now[0] += 6.0
            case = await shown(pilot)
            await press(pilot, "1")
            await until(pilot, lambda d=decided: len(stored(workspace)) == d + 1, "stored")
            await until(pilot, lambda c=case: current(pilot) != c, "the next case comes")
        said = f"undecided {n - 3}   skipped 0   last 3 decisions 6.0 s each: "
        await until(pilot, lambda: said in text_of(pilot), "pace and time left")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert not pilot.app.screen.query_one(CaseFoot).size


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
