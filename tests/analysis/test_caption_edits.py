"""Minimal edits: one thing changed, the grammar right, nothing where nothing is known."""

import pytest

from workbench.analysis.edits.caption import MOST, edits_of


def edited(text, category):
    return [edit.text for edit in edits_of(text) if edit.category == category]


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("counting", "Three dogs run", ["Four dogs run", "Two dogs run", "Five dogs run"]),
        ("counting", "2 big dogs", ["3 big dogs", "4 big dogs"]),
        ("counting", "two o'clock", []),
        ("attributes", "a big dog", ["a small dog"]),
        ("attributes", "a boy two years old", []),
        ("coreference", "on the left", ["on the right"]),
        (
            "coreference",
            "An orange ball and a red car",
            ["A red ball and an orange car", "An orange car and a red ball"],
        ),
        ("abstract", "an angry man", ["a friendly man"]),
        ("fine_grained", "two dogs", ["two cats"]),
        ("fine_grained", "a man and his umbrella", ["a man and his balloon"]),
    ],
)
def test_one_thing_is_changed(category, text, expected):
    assert edited(text, category) == expected


@pytest.mark.parametrize("text", ["", "  !!", "狗在跑", "كلب", "\U0001f415", "\x00\x1b[31m"])
def test_nothing_is_made_of_what_is_not_read(text):
    assert edits_of(text) == []
    assert edits_of("two dogs", "de") == []


def test_a_long_caption_has_no_more_edits():
    found = edits_of("two red dogs " * 1000)
    assert max(edit.start for edit in found) < 2_000
    assert len([e for e in found if e.category == "counting"]) <= MOST


def test_the_place_of_an_edit_is_that_in_the_query():
    for edit in edits_of("A man in red and a woman in blue with three dogs"):
        assert edit.old == "A man in red and a woman in blue with three dogs"[edit.start : edit.end]
        assert edit.old != edit.new
