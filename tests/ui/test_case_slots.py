"""A case on screen: nothing that matters is cut, and everything stays in place between cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.records.suggestion import SuggestionRow
from store.workspace import Workspace
from tests.compare_world import store_suggestions
from tests.ui.cases_pilot import (
    case_screen,
    drawn,
    open_cases,
    press,
    shown,
    text_of,
    to_triage,
)
from tests.ui.conftest import fill
from workbench.presenters.label_panel import label_options
from workbench.presenters.scores import score
from workbench.taxonomy import load_taxonomy
from workbench.views.case import LabelOption, ModelRank
from workbench.widgets.case_labels import LabelPanel
from workbench.widgets.case_pane import _fitted
from workbench.widgets.case_ranks import ranks_line
from workbench.widgets.case_words import CasePreview, QueryWords

SIZES = [(80, 24), (100, 30), (160, 45), (200, 50)]
PLACES = ("#case-title", "#picture-true", "SaysWords", "#case-hits", "WhyWords", "LabelPanel")
WORD = "everything that the boy on the left in a blue jacket holds "


def of_all_lengths(number: int) -> str:
    return f"Caption {number} {WORD * (number % 3)}".strip()


def filled(path: Path, captions: object) -> Workspace:
    workspace = Workspace(path / "workspace")
    fill(workspace, path / "images", captions=captions)
    return workspace


def query_shown(pilot: Pilot[None]) -> str:
    preview = pilot.app.screen.query(CasePreview)
    widget = preview.first() if preview and preview.first().size else None
    widget = widget or pilot.app.screen.query_one(QueryWords)
    lines = widget.render().plain.split("\n")[: widget.size.height]
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_query_is_never_cut(tmp_path: Path, size: tuple[int, int]) -> None:
    workspace = filled(tmp_path, lambda number: f"Caption {number} {WORD * 6}end")
    async with open_cases(workspace, size) as pilot:
        for _ in range(2):
            await shown(pilot)
            await pilot.pause()
            loaded = case_screen(pilot).loaded
            assert loaded is not None
            assert loaded.sheet.query.text in query_shown(pilot)
            await to_triage(pilot)
            await pilot.pause()
            assert query_shown(pilot).startswith(loaded.sheet.query.text)
            assert all(line in text_of(pilot) for line in ("[1]", "TRUE", "top-1"))
            await press(pilot, "q", "j")
    workspace.close()


@pytest.mark.parametrize("size", SIZES)
async def test_lines_stay_in_place_from_case_to_case(tmp_path: Path, size: tuple[int, int]) -> None:
    workspace = filled(tmp_path, of_all_lengths)
    async with open_cases(workspace, size) as pilot:
        await to_triage(pilot)
        places = set()
        for _ in range(8):
            await shown(pilot)
            await pilot.pause()
            screen = pilot.app.screen
            places.add(tuple(screen.query_one(f"CasePane {at}").region for at in PLACES))
            await press(pilot, "j")
        assert len(places) == 1
    workspace.close()


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 45)])
async def test_a_long_reason_is_read_to_its_end(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    reason = "'dressed', 'lake' belong together here, and to different ones over there in the end"
    rows = [
        SuggestionRow(int(query), "counting", 0.71, {"reason": reason})
        for query in workspace.cases.ids(2, "t2i")
    ]
    store_suggestions(workspace, (2, "t2i", "rules", "2"), rows)
    async with open_cases(workspace, size) as pilot:
        await to_triage(pilot)
        assert reason in " ".join(pilot.app.screen.query_one("WhyWords").render().plain.split())


async def test_where_it_is_narrow_similarity_and_margin_stay(workspace: Workspace) -> None:
    async with open_cases(workspace, (100, 30)) as pilot:
        await drawn(pilot)
        loaded = case_screen(pilot).loaded
        assert loaded is not None
        header = next(line for line in text_of(pilot).splitlines() if " id " in line)
        assert "margin" in header.partition("▏")[0]
        assert score(loaded.case.positive_score) in text_of(pilot)
    assert _fitted("TRUE  test_00595  sim -4.619", 24) == "TRUE test_00595 -4.619"
    assert _fitted("TRUE  1007129816_long_name  sim -4.619", 24) == "TRUE 10071.._name -4.619"


def test_what_would_be_zero_has_more_digits() -> None:
    assert [score(v) for v in (-0.0002, 0.00049, -0.00002, 0.0, -0.0006)] == [
        "-.0002", ".0005", "-2e-05", ".000", "-.001",
    ]  # fmt: skip


def test_all_models_come_before_what_they_retrieved() -> None:
    own = ModelRank("blip-tiny", "8", 1.0, current=True, top="test_00222")
    other = ModelRank("blip-tiny itm", "3", 0.5, current=False, top="test_00222")
    third = ModelRank("clip-tiny", "22", 0.5, current=False)
    line = ranks_line((own, other, third), 80).plain
    assert line == " ranks blip-tiny 8  blip-tiny itm 3  clip-tiny 22"
    differs = ranks_line((own, replace(other, top="TRUE"), third), 80).plain
    assert "8, top-1 test_00222" in differs
    assert "3, top-1 TRUE" in differs
    assert "clip-tiny 22" in differs
    assert "top-1" not in ranks_line((own, replace(other, top="TRUE"), third), 60).plain
    assert ranks_line((own, other, third), 36).plain == " ranks blip-tiny 8  +2"


def options_of(*suggested: SuggestionRow) -> tuple[LabelOption, ...]:
    return label_options(load_taxonomy(), {"counting": 1_234}, chosen=(), suggestions=suggested)


@pytest.mark.parametrize(("cells", "rows"), [(80, 3), (100, 3), (51, 3), (60, 2)])
def test_only_what_accepting_takes_is_marked(cells: int, rows: int) -> None:
    best = SuggestionRow(1, "attributes", 0.7, {})
    second = SuggestionRow(1, "fine_grained", 0.3, {})
    panel = LabelPanel(classes="flow")
    panel.options = options_of(best, second)
    panel.__class__ = type("Plain", (LabelPanel,), {"plain_colours": True})
    lines = panel.build(cells, rows).plain.split("\n")
    assert len(lines) <= rows
    assert all(len(line.rstrip()) <= cells for line in lines)
    assert "".join(lines).count("?") == 1
    assert ("attributes?" if cells >= 80 else "ATR?") in "".join(lines)
    assert "1,234" in lines[0]
