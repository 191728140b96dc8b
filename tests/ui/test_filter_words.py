"""The word of a filter that is begun is completed; nothing else is touched."""

from __future__ import annotations

import threading

import pytest

from store.blind_filter import HIDDEN
from store.filter import parse
from store.workspace import Workspace
from tests.ui.cases_pilot import drawn, open_cases, press, said, text_of, until
from workbench.compute import query_properties
from workbench.presenters.filter_words import WORDS, completed, offer_line, offered
from workbench.screens.narrowing import READING
from workbench.widgets.filter_line import FilterLine

SLICES = ("two-people", "three-or-more", "9-12-words")
CATEGORIES = {"cnt": "counting", "fin": "fine_grained", "0": "other"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("r", "rank>"),
        ("rank>10 c", "rank>10 cat:"),
        ("rank>10 !s", "rank>10 !status:"),
        ("st", "status:"),
        ("sta", "status:"),
        ("star", "star"),
        ("cat:c", "cat:counting"),
        ("!hint:FI", "!hint:fine_grained"),
        ("hint:n", "hint:none"),
        ("status:u", "status:undecided"),
        ("cluster:n", "cluster:none"),
        ("dis", "disputed"),
        ("", ""),
        ("rank>10 ", "rank>10 "),
        ("rank>10", "rank>10"),
        ("zebra", "zebra"),
        ('"red c', '"red c'),
        ("note~c", "note~c"),
        ("sl", "slice:"),
        ("slice:", "slice:two-people"),
        ("rank>1 !slice:TH", "rank>1 !slice:three-or-more"),
        ("slice:9", "slice:9-12-words"),
    ],
)
def test_a_word_that_is_begun(text: str, wanted: str) -> None:
    assert completed(text, offered(text, CATEGORIES, SLICES)) == wanted


def test_every_word_is_one_of_the_language() -> None:
    values = {":": "1", ">": "1", "<": "1", "~": "x", "@": "7>1"}
    special = {"cat:": "counting", "hint:": "counting", "label:": "counting", "status:": "decided"}
    for word in WORDS:
        (term,) = parse(word + special.get(word, values.get(word[-1], "")), CATEGORIES).terms
        assert term.field != "text", f"{word} is read as a word to search for"


async def test_tab_completes_what_stands_behind_the_cursor(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"rank>1 hint:c")
        line = pilot.app.screen.query_one(FilterLine)
        await until(pilot, lambda: line._suggestion == "rank>1 hint:counting", "it is suggested")
        await press(pilot, "tab")
        assert line.value == "rank>1 hint:counting"
        assert line.has_focus
        await press(pilot, "enter")
        await until(pilot, lambda: "filter: rank>1 hint:c" in text_of(pilot), "it is applied")


async def test_a_word_is_added_to_the_filter_that_is_in_force(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        before = pilot.app.screen.words
        await press(pilot, "slash", *"status:und", "tab", "enter")
        wanted = f"filter: {before} status:undecided"
        await until(pilot, lambda: wanted[:30] in text_of(pilot), "both are applied")


async def test_what_was_wrong_goes_while_it_is_mended(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", *"cat:zebra", "enter")
        await until(pilot, lambda: "zebra" in said(pilot), "it is refused")
        await press(pilot, "backspace")
        await until(pilot, lambda: not said(pilot), "the diagnosis is gone")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 50)])
async def test_what_may_be_typed_is_listed_and_nothing_moves(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    async with open_cases(workspace, size) as pilot:
        await drawn(pilot)
        before = text_of(pilot).splitlines()
        await press(pilot, "slash")
        await until(pilot, lambda: "rank> cat: cluster:" in text_of(pilot), "fields are listed")
        after = text_of(pilot).splitlines()
        assert before[:2] == after[:2]
        assert before[4:-2] == after[4:-2]
        await press(pilot, *"status:")
        wanted = "status: undecided decided"
        await until(pilot, lambda: wanted in text_of(pilot), "values are listed")
        await press(pilot, "escape")
        await until(pilot, lambda: text_of(pilot).splitlines()[:-2] == before[:-2], "closed")


def test_values_stand_once_behind_their_field() -> None:
    assert offer_line(("cat:", "star"), 40).spans[-1].text == "cat: star"
    assert "".join(s.text for s in offer_line(("cat:a", "cat:b"), 40).spans) == " cat: a b"


async def test_slices_are_offered_and_their_captions_are_read_once(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"slice:")
        assert " slice: no-people one-person two-people" in text_of(pilot)
        await press(pilot, *"tw", "tab")
        line = pilot.app.screen.query_one(FilterLine)
        assert line.value == "slice:two-people"
        await press(pilot, "enter")
        await until(pilot, lambda: "filter: slice:two-people" in text_of(pilot), "it is applied")
        await until(pilot, lambda: said(pilot) == "", "nothing is read any more")
        assert list((workspace.path / "readings").iterdir())
        await press(pilot, "slash", "ctrl+u", *"slice:10")
        assert " slice: 10-words" in text_of(pilot)


async def test_while_captions_are_read_the_status_says_so_and_keys_work(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = threading.Event(), query_properties.reading_of

    def waiting(*args: object) -> object:
        assert go_on.wait(20)
        return read(*args)

    monkeypatch.setattr(query_properties, "reading_of", waiting)
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"slice:two-people", "enter")
        await until(pilot, lambda: said(pilot) == READING, "it is said")
        await press(pilot, "j")
        assert said(pilot) == READING
        go_on.set()
        await until(pilot, lambda: "filter: slice:two-people" in text_of(pilot), "it is applied")
        await until(pilot, lambda: said(pilot) == "", "nothing is read any more")


def test_what_is_hidden_is_not_offered():
    assert set(HIDDEN) <= {word.rstrip(":>") for word in offered("", {})}
    assert not set(HIDDEN) & {word.rstrip(":>") for word in offered("", {}, (), HIDDEN)}
    assert offered("hint:", {"cnt": "counting"}, (), HIDDEN) == ()
    assert offered("label:", {"cnt": "counting"}, (), HIDDEN) != ()
