"""The details of a case show what a probing found of it, or how to probe."""

from __future__ import annotations

import pytest

from store.records.probe import ProbeRow
from store.workspace import Workspace
from tests.ui.cases_pilot import drawn, open_cases, press, text_of
from tests.ui.conftest import settled
from workbench.analysis.edits.caption import EVERY, FAILURES
from workbench.session.door import Session
from workbench.views.case_view import CaseView


def probe(workspace: Workspace, run_id: int, texts: tuple[str, ...], version: str) -> None:
    """Let every failure of a run have been probed with these edits of counting."""
    workspace.probes.begin(run_id, "t2i", version)
    ids, ranks = workspace.runs.ranks(run_id, "t2i")
    rows = [
        ProbeRow(
            query,
            "counting",
            place,
            text,
            {"from": "two", "to": "three", "start": 2},
            0.3125,
            other,
        )
        for query in ids[ranks > 1].tolist()
        for place, (text, other) in enumerate(zip(texts, (0.3125, 0.25), strict=False))
    ]
    workspace.probes.add(run_id, "t2i", version, rows, int(ids[-1]))
    workspace.probes.finish(run_id, "t2i")


async def details(workspace: Workspace, size: tuple[int, int] = (100, 30)) -> str:
    async with open_cases(workspace, size) as pilot:
        await drawn(pilot)
        await press(pilot, "d")
        await settled(pilot)
        return text_of(pilot)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_edits_stand_with_both_scores(workspace: Workspace, size: tuple[int, int]) -> None:
    for run in workspace.runs.all():
        probe(workspace, run.id, ("- three dogs \x1b[31m", "- three cats"), FAILURES)
    found = await details(workspace, size)
    lines = [" ".join(line.split()) for line in found.splitlines()]
    assert any(line.startswith("CNT .312 .312 blind - three dogs") for line in lines), lines
    assert "\x1b" not in found
    assert any(line.startswith("CNT .312 .250 - three cats") for line in lines), lines
    assert "Edits of the query: the model is blind to 1 of 2" in found


async def test_without_probes_the_command_is_named(workspace: Workspace) -> None:
    assert "Edits of the query: not probed: `workbench probe " in await details(workspace)


def test_why_there_are_none_is_said(workspace: Workspace) -> None:
    run = workspace.runs.all()[0]
    session = Session(workspace)
    view = CaseView(run.id, "t2i", "")
    ids, ranks = workspace.runs.ranks(run.id, "t2i")
    hit, miss = int(ids[ranks == 1][0]), int(ids[ranks > 1][0])
    probe(workspace, run.id, (), FAILURES)
    hit_case, miss_case = session.cases.rows(view, [hit, miss])
    assert "--all-queries" in session.probes.of(hit_case).sentence
    assert "no edit is known" in session.probes.of(miss_case).sentence
    probe(workspace, run.id, (), EVERY)
    assert "no edit is known" in session.probes.of(hit_case).sentence
    assert Session(workspace, blind=True).probes.of(miss_case) is None


def test_the_edited_words_are_marked(workspace: Workspace) -> None:
    run = workspace.runs.all()[0]
    probe(workspace, run.id, ("a three dogs and three cats",), FAILURES)
    ids, ranks = workspace.runs.ranks(run.id, "t2i")
    session = Session(workspace)
    (case,) = session.cases.rows(CaseView(run.id, "t2i", ""), [int(ids[ranks > 1][0])])
    (line,) = session.probes.of(case).lines
    assert line.edited.marks == ((2, 7),)
    assert line.blind
