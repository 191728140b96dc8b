"""Text from files is drawn as it is: no markup, no escapes, any length, any width of glyph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
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
    until,
)
from tests.ui.conftest import fill
from workbench.presenters.case_row import chip
from workbench.presenters.case_scope import scope_line
from workbench.presenters.evidence import evidence_spans, phrase
from workbench.presenters.pictures import stem
from workbench.presenters.run_names import short_model
from workbench.presenters.scores import score, share
from workbench.taxonomy import load_taxonomy
from workbench.views.case import Phrase, Progress
from workbench.views.case_view import CaseView
from workbench.widgets.case_progress import CountsLine, shortened
from workbench.widgets.case_text import clamp, line_breaks

NASTY = (
    "[bold red]not markup[/] [@click=app.quit]no link[/]",
    "\x1b[2J\x1b]0;owned\x07 escape \x1b[31mred",
    "word " * 2000,
    "x" * 10_000,
    "写真のなかの二匹の犬が海を見ている " * 6,
    "left \u202eright\u202c to left",
    "line one\nline two\r\n\ttabbed \u2028 separated",
    "",
    "[/] [ unbalanced ] $variable \\[escaped]",
    "👩‍👩‍👧‍👦 family and a\u0301 combining \u200b zero",
)


def nasty(number: int) -> str:
    return NASTY[number % len(NASTY)]


@pytest.fixture
def nasty_workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "workspace")
    fill(workspace, tmp_path / "images", captions=nasty)
    return workspace


def assert_clean(pilot: Pilot[None]) -> str:
    """No control character reaches the terminal and no line is wider than it."""
    text = text_of(pilot)
    assert not [c for c in text if c != "\n" and (ord(c) < 32 or c in "\x7f\u202e\u202c\u200b")]
    assert all(cell_len(line) <= pilot.app.size.width for line in text.split("\n"))
    return text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50), (60, 16)])
async def test_nothing_in_a_caption_is_obeyed(
    nasty_workspace: Workspace, size: tuple[int, int]
) -> None:
    async with open_cases(nasty_workspace, size) as pilot:
        await press(pilot, "escape")
        await until(pilot, lambda: len(pilot.app.screen.query_one("CaseList").ids) == 60, "all")
        for _ in range(len(NASTY)):
            await shown(pilot)
            assert_clean(pilot)
            await press(pilot, "j")
        await press(pilot, "home")
        await to_triage(pilot)
        for _ in range(len(NASTY)):
            await shown(pilot)
            assert_clean(pilot)
            await press(pilot, "J", "j")
        await press(pilot, "d")
        assert_clean(pilot)
        await press(pilot, "q", "I")
        assert_clean(pilot)
        await press(pilot, "q", "q")
        await until(pilot, lambda: pilot.app.screen.query("CaseList"), "back in Cases")
        await press(pilot, "w")
        await until(pilot, lambda: "query_id" in text_of(pilot), "the preview is shown")
        assert_clean(pilot)
        assert pilot.app.is_running
    nasty_workspace.close()


async def test_markup_is_shown_as_it_was_written(nasty_workspace: Workspace) -> None:
    async with open_cases(nasty_workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"id", "colon", "1", "enter")
        await until(pilot, lambda: "filter: id:1" in text_of(pilot), "the first caption")
        await shown(pilot)
        assert text_of(pilot).count("[bold red]not markup[/]") >= 2
    nasty_workspace.close()


async def test_evidence_is_marked_in_both_texts(workspace: Workspace) -> None:
    query = int(workspace.cases.ids(2, "t2i")[-1])
    text = workspace.cases.rows(2, "t2i", [query])[0].query
    at = text.index("number")
    evidence = {
        "reason": "the numbers differ",
        "spans": [
            {"side": "query", "caption": 0, "start": at, "end": at + 6},
            {"side": "retrieved", "caption": 2, "start": 0, "end": 3},
            {"side": "retrieved", "caption": "?", "start": 0, "end": 3},
        ],
    }
    row = SuggestionRow(query, "counting", 0.83, evidence)
    store_suggestions(workspace, (2, "t2i", "rules", "2"), [row])
    async with open_cases(workspace, (120, 40)) as pilot:
        await press(pilot, "slash", "ctrl+u", *"id", "colon", *str(query), "enter")
        await until(pilot, lambda: f"filter: id:{query}" in text_of(pilot), "one case")
        await drawn(pilot)
        loaded = case_screen(pilot).loaded
        assert loaded is not None
        assert loaded.sheet.query == Phrase(text, ((at, at + 6),))
        top = loaded.sheet.hits[[h.positive for h in loaded.sheet.hits].index(False)]
        assert top.text.marks == ((0, 3),)
        assert "suggested CNT .83  the numbers differ" in text_of(pilot)


def test_a_chip_says_what_is_decided_and_what_only_suggested(workspace: Workspace) -> None:
    taxonomy = load_taxonomy()
    case = workspace.cases.rows(2, "t2i", workspace.cases.ids(2, "t2i"))[0]
    suggested = replace(case, suggestion="counting", categories=(), verdict="undecided")
    assert chip(suggested, taxonomy, blind=False).text == "CNT?"
    assert chip(suggested, taxonomy, blind=True).text == "--"
    assert chip(replace(suggested, verdict="skipped"), taxonomy, blind=False).text == "s"
    two = replace(suggested, categories=("abstract", "other"), verdict="labelled")
    assert (chip(two, taxonomy, blind=False).text, two.verdict) == ("ABS+", "labelled")
    assert chip(replace(two, categories=("unheard",)), taxonomy, blind=False).text == "UNH"


def test_phrase_carries_marks_over_cleaning() -> None:
    found = phrase("a\x1b[31m red   dog", [(0, 1), (13, 16), (99, 120), (14, 20)])
    marked = [found.text[start:end] for start, end in found.marks]
    assert "\x1b" not in found.text
    assert marked[0] == "a"
    assert marked[1] == "dog"


def test_malformed_evidence_is_left_out() -> None:
    for spans in (None, 5, "text", [5], [{}], [{"side": "query", "caption": 0, "start": "x"}]):
        assert evidence_spans(SuggestionRow(1, "counting", 0.5, {"spans": spans})) == {}
    assert evidence_spans(None) == {}


@pytest.mark.parametrize("width", [8, 9, 20, 77])
@pytest.mark.parametrize("text", NASTY)
def test_clamped_text_fits_its_box(text: str, width: int) -> None:
    clean = phrase(text, ()).text
    lines = clamp(Phrase(clean), width, 3).plain.split("\n")
    assert len(lines) <= 3
    assert all(cell_len(line) <= width for line in lines)
    assert sum(map(len, lines)) >= min(len(clean), 2)


def test_lines_break_at_spaces_and_lose_nothing() -> None:
    text = "Three men, one in a red cap, stand beside two parked bicycles"
    parts = [text[start:end] for start, end in line_breaks(text, 20)]
    assert " ".join(parts) == text
    assert all(len(part) <= 20 for part in parts)


def test_numbers_are_written_briefly() -> None:
    assert [score(v) for v in (0.3412, -0.0621, None, 5.3129, -12.5, 0.0)] == [
        ".341", "-.062", "--", "5.313", "-12.50", ".000",
    ]  # fmt: skip
    assert share(0.714) == ".71"
    assert share(1.0) == "1.00"
    assert [stem(k) for k in ("1007129816.jpg", "a.b/c.png", "plain", "v1.2")] == [
        "1007129816", "a.b/c", "plain", "v1.2",
    ]  # fmt: skip
    assert short_model("open_clip:ViT-B-32/laion2b_s34b_b79k") == "ViT-B-32"
    assert short_model("blip:Salesforce/blip-itm-base-flickr") == "blip-itm-base-flickr"
    assert short_model("vectors:/data/my vectors/") == "my vectors"


NAMES = {1: "ViT-B-32", 2: "base-coco itm"}


def test_line_2_writes_categories_by_code_rather_than_cutting_them(workspace: Workspace) -> None:
    view = CaseView(1, filter="rank>1 !cat:coreference hint:fine_grained status:undecided")
    line = scope_line(workspace.runs.get(1), NAMES, view, (25, 60), "", 80).text
    assert "rank>1 !cat:COR hint:FIN st" in line
    assert "cat:coreference" in scope_line(workspace.runs.get(1), NAMES, view, (2, 6), "", 160).text


def test_line_2_says_which_run_a_rank_is_of(workspace: Workspace) -> None:
    view = CaseView(1, filter="rank>1 rank@2<=1", sort="-rank")
    wide = scope_line(workspace.runs.get(1), NAMES, view, (25, 60), "", 120).text
    assert "rank@2<=1 (25 of 60)  rank@2 is the rank in base-coco itm " in wide
    assert "rank@2 is" not in scope_line(workspace.runs.get(1), NAMES, view, (2, 6), "", 80).text


@pytest.mark.parametrize("cells", [60, 80, 100, 200])
@pytest.mark.parametrize("mode", ["", "multi"])
@pytest.mark.parametrize("words", ["", "rank>10", 'rank>10 cat:CNT status:undecided "a red cap"'])
def test_line_2_keeps_what_counts(workspace: Workspace, cells: int, mode: str, words: str) -> None:
    run = workspace.runs.get(1)
    view = CaseView(1, filter=words, sort="-rank")
    line = scope_line(run, NAMES, view, (25, 60), mode, cells).text
    assert cell_len(line) == cells
    assert "rank, worst" in line
    assert "(25 of 60)" in line
    assert mode in line


def test_line_2_keeps_the_data_set_while_there_is_room(workspace: Workspace) -> None:
    run = workspace.runs.get(1)
    narrow = scope_line(run, NAMES, CaseView(1), (25, 60), "", 80).text
    assert " t2i  ViT-B-32  flickr8/test  filter: rank>10 (25 of 60)" in narrow
    words = 'rank>10 cat:CNT status:undecided "a red cap"'
    wide = scope_line(run, NAMES, CaseView(1, filter=words), (25, 60), "", 120).text
    assert words in wide
    assert " t2i  ViT-B-32  flickr8/test  filter: " in wide


def test_counts_of_zero_are_left_out_first() -> None:
    counts = (("CNT", "", 3), ("ATR", "", 0), ("OTH", "", 12))
    assert shortened(counts, 20, 2) == list(counts)
    assert shortened(counts, 19, 2) == [counts[0], counts[2]]
    assert shortened(counts, 8, 2) == [counts[0]]
    assert shortened(counts, 0, 2) == []


def test_counts_add_up_where_nothing_was_skipped() -> None:
    counts = tuple((code, "", 3) for code in ("CNT", "ATR", "COR", "ABS", "FIN", "DAT", "OTH"))
    line = CountsLine()
    line.progress = Progress(143, 21, 0, counts, "by anyone")
    text = line.build(80, 1).plain
    assert text.count(" 3") == 7
    assert "skipped" not in text
    assert line.build(60, 1).plain.endswith("..")
    line.progress = Progress(143, 6, 0, counts[:2], "by anyone")
    assert line.build(80, 1).plain.endswith("skipped 0")


@pytest.mark.parametrize("cells", [60, 80, 100])
def test_what_was_skipped_keeps_its_number(cells: int) -> None:
    counts = tuple((code, "", 100) for code in ("CNT", "ATR", "COR", "ABS", "FIN", "DAT", "OTH"))
    line = CountsLine()
    line.progress = Progress(123_456, 1_234, 5_678, counts, "by anyone")
    text = line.build(cells, 1).plain
    assert cell_len(text) <= cells
    assert text.startswith(" decided by anyone 1,234 of 123,456 ")
    assert text.endswith("skipped 5,678")
