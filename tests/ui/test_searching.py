"""Searching in texts that lie over a screen: marked without colour, `n` and `N` go round."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import open_cases, press, shown, text_of
from tests.ui.conftest import add_jobs, make_app, settled
from workbench.modals.case_details import CaseDetails
from workbench.modals.guide import GuideOverlay
from workbench.modals.history import HistoryDialog
from workbench.modals.log_pager import LogPager
from workbench.presenters.matches import marked, places
from workbench.views.line import Line, Span
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.workers import starting


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued and stay queued."""
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: None)


def tones(pilot: Pilot[None], tone: str) -> list[str]:
    """What the lines of the overlay have in a tone."""
    lines = pilot.app.screen.query_one(LineList).lines
    return [span.text for line in lines for span in line.spans if span.tone == tone]


def test_a_match_is_marked_whatever_spans_it_lies_in() -> None:
    line = Line((Span("a Red", "dim"), Span(" cap, red", "strong")), "key")
    found = marked(line, "red cap", here=True)
    assert [(s.text, s.tone) for s in found.spans] == [
        ("a ", "dim"),
        ("Red", "match"),
        (" cap", "match"),
        (", red", "strong"),
    ]
    assert (found.text, found.key) == (line.text, "key")
    assert marked(line, "blue") is line
    assert marked(line, "") is line
    assert places("Aa a", "a") == [(0, 1), (1, 2), (3, 4)]
    assert places("groß", "gross") == [], "a letter that folds to two has no place"


async def test_the_guide_is_searched(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "L")
        assert isinstance(app.screen, GuideOverlay)
        await press(pilot, "n")
        assert "/ searches first" in text_of(pilot)
        await press(pilot, "/", *"THE", "enter")
        n = len([t for t in app.screen.texts() if "the" in t.casefold()])
        assert n > 1
        assert f"1 of {n}" in text_of(pilot)
        assert [text.casefold() for text in set(tones(pilot, "match"))] == ["the"]
        assert tones(pilot, "found")
        await press(pilot, "N")
        assert f"{n} of {n}" in text_of(pilot)
        await press(pilot, "n")
        assert f"1 of {n}" in text_of(pilot)
        await press(pilot, "/", *"zebra", "enter")
        assert "zebra: not here" in text_of(pilot)
        await press(pilot, "/", "escape")
        assert isinstance(app.screen, GuideOverlay), "Esc closes the field first"
        await press(pilot, "q")
        assert not isinstance(app.screen, GuideOverlay)


async def test_a_letter_that_is_typed_into_the_field_is_no_verb(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "L", "/", *"qLnN")
        assert isinstance(app.screen, GuideOverlay)
        assert app.screen.wanted == ""


async def test_the_details_of_a_case_are_searched(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await shown(pilot)
        await press(pilot, "d")
        assert isinstance(pilot.app.screen, CaseDetails)
        await press(pilot, "/", *"margin", "enter")
        assert "margin" in tones(pilot, "match")
        lines = pilot.app.screen.query_one(LineList)
        top, rows = lines.scroll_offset.y, lines.size.height
        (at,) = [y for y, line in enumerate(lines.lines) if "match" in {s.tone for s in line.spans}]
        assert top <= at < top + rows
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert tones(pilot, "found"), "what is searched for stays marked at another width"


async def test_the_history_is_searched(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await shown(pilot)
        for key in ("1", "2", "1"):
            await press(pilot, key)
            await settled(pilot)
            await press(pilot, "j")
            await shown(pilot)
        await press(pilot, "H")
        await settled(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, HistoryDialog)
        await press(pilot, "n")
        assert dialog.match_at() == 1, "without a search n is the next line"
        await press(pilot, "/", *"cnt", "enter")
        assert (dialog.match_at(), dialog.told) == (2, "cnt: 2 of 2")
        await press(pilot, "n")
        assert dialog.match_at() == 0


async def test_the_log_is_searched_and_wrapped_or_cut(workspace: Workspace) -> None:
    add_jobs(workspace)
    long = "word " * 60
    (workspace.jobs_dir / "1.log").write_text(f"one\n{long}END\nTwo one\n", "utf-8")
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.screen.query_one("#jobs", LineList).go("1")
        await settled(pilot)
        assert "END" in text_of(pilot)
        await press(pilot, "W")
        assert "END" not in text_of(pilot)
        assert "W wrap off" in text_of(pilot)
        await press(pilot, "tab", "/")
        await settled(pilot)
        assert isinstance(app.screen, LogPager), "of the log, / searches the whole"
        await press(pilot, *"one", "enter")
        assert "1 of 2" in text_of(pilot)
        assert "wrap off" in text_of(pilot)
        pane = app.screen.query_one(LogPane)
        assert [s.text for s in pane.lines[0].spans if s.tone == "match"] == ["one"]
        assert [s.text for s in pane.lines[-1].spans if s.tone == "found"] == ["one"]
        await press(pilot, "W")
        assert "END" in text_of(pilot)
        await press(pilot, "n")
        assert "2 of 2" in text_of(pilot)
