"""Minimal edits: one thing changed, the grammar right, nothing where nothing is known."""

import pytest

from workbench.analysis.edits.caption import edits_of
from workbench.analysis.edits.reading import MOST
from workbench.analysis.edits.tables import tables_of


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
        ("coreference", "a dog house", []),
        ("coreference", "A man and a woman with her cat", ["A man and a woman with his cat"]),
        ("coreference", "A man sees a woman, by her", []),
        ("coreference", "A man with his cat", []),
        ("counting", "A big dog runs", ["Two big dogs run"]),
        (
            "counting",
            "A boy is at one table",
            ["Two boys are at one table", "A boy is at two tables"],
        ),
        ("counting", "A boy in a red hat is here", []),
        ("counting", "an old dog house", []),
        ("counting", "There are no people", ["There are two people"]),
        ("counting", "a park with no tree", ["a park with a tree"]),
        ("counting", "men without hats", ["men with hats"]),
        ("counting", "hats with a feather", ["hats without a feather"]),
        ("counting", "a girl and her hat", []),
        ("fine_grained", "two dogs", ["two cats"]),
        ("fine_grained", "a man and his umbrella", ["a man and his balloon"]),
    ],
)
def test_one_thing_is_changed(category, text, expected):
    assert edited(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("counting", "Zwei Hunde", ["Drei Hunde", "Vier Hunde"]),
        ("counting", "um zwei Uhr", []),
        ("counting", "ein Hund ohne Halsband", ["ein Hund mit Halsband"]),
        ("counting", "mit einem Hut", []),
        ("counting", "kein Hund", ["ein Hund"]),
        ("attributes", "in roter Jacke", ["in blauer Jacke", "in grüner Jacke", "in gelber Jacke"]),
        ("attributes", "Große Hunde", ["Kleine Hunde"]),
        ("attributes", "der Junge", []),
        ("attributes", "Junge am See", []),
        ("coreference", "Mann und Frau mit seinem Hund", ["Mann und Frau mit ihrem Hund"]),
        ("coreference", "ein Mann mit seinem Hund", []),
        ("coreference", "rote Jacke, blaue Hose", ["blaue Jacke, rote Hose"]),
        ("abstract", "ein trauriger Mann", ["ein fröhlicher Mann"]),
    ],
)
def test_one_thing_is_changed_in_german(category, text, expected):
    assert [edit.text for edit in edits_of(text, "de") if edit.category == category] == expected


def test_the_languages_have_the_same_kinds_of_words():
    english, german = tables_of("en-GB"), tables_of("de")
    assert len(english.numbers) == len(german.numbers) == 9
    for table in (*english.kinds.values(), *german.kinds.values()):
        assert all(others and word not in others for word, others in table.items())


@pytest.mark.parametrize("text", ["", "  !!", "狗在跑", "كلب", "\U0001f415", "\x00\x1b[31m"])
def test_nothing_is_made_of_what_is_not_read(text):
    assert edits_of(text) == []
    assert edits_of("two dogs", "fr") == []


def test_a_long_caption_has_no_more_edits():
    found = edits_of("two red dogs " * 1000)
    assert max(edit.start for edit in found) < 2_000
    assert len([e for e in found if e.category == "counting"]) <= MOST


def test_the_place_of_an_edit_is_that_in_the_query():
    for edit in edits_of("A man in red and a woman in blue with three dogs"):
        assert edit.old == "A man in red and a woman in blue with three dogs"[edit.start : edit.end]
        assert edit.old != edit.new
