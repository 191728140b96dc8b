"""The word of a filter that is begun is completed; nothing else is touched."""

from __future__ import annotations

import pytest

from store.filter import parse
from store.workspace import Workspace
from tests.ui.cases_pilot import open_cases, press, text_of, until
from workbench.presenters.filter_words import WORDS, completed
from workbench.widgets.filter_line import FilterLine

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
    ],
)
def test_a_word_that_is_begun(text: str, wanted: str) -> None:
    assert completed(text, CATEGORIES) == wanted


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
