"""What slices take from the words of captions, in two languages and in scripts without tables."""

import pytest

from plugins.labelers.language import language_of
from workbench.compute.caption_reading import MENTIONS, count_words, read_captions

NUMBER, COLOUR, PRONOUN, NEGATION, PLACE = MENTIONS


def read(text, language="en"):
    found = read_captions([(text, language)])
    return (
        found.people.item(),
        found.uncounted.item(),
        {name for name, mask in found.mentions.items() if mask.item()},
    )


@pytest.mark.parametrize(
    ("text", "people", "uncounted"),
    [
        ("A dog runs.", 0, False),
        ("A man rides a horse.", 1, False),
        ("The man holds a rope and the man smiles.", 1, False),
        ("A man and a woman talk.", 2, False),
        ("Two boys and a girl play.", 3, False),
        ("Men work on a roof.", 2, True),
        ("A group of people wait.", 2, True),
    ],
)
def test_people(text, people, uncounted):
    assert read(text)[:2] == (people, uncounted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A dog runs.", set()),
        ("Two dogs run.", {NUMBER}),
        ("3 dogs run.", {NUMBER}),
        ("A red bus stops.", {COLOUR}),
        ("A girl holds her doll.", {PRONOUN}),
        ("The man who sings.", set()),
        ("A man without a hat.", {NEGATION}),
        ("Nobody is on the beach.", {NEGATION, PRONOUN}),
        ("A cat lies under a table.", {PLACE}),
        ("A lamp to the left of a bed.", {PLACE}),
        ("No dogs and a blue ball next to it.", {NEGATION, COLOUR, PLACE, PRONOUN}),
    ],
)
def test_mentions(text, wanted):
    assert read(text)[2] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Zwei Hunde laufen.", {NUMBER}),
        ("Ein Mann mit einem roten Hut.", {COLOUR}),
        ("Eine Katze liegt unter einem Tisch.", {PLACE}),
        ("Ein Hund läuft.", set()),
    ],
)
@pytest.mark.skipif(not language_of("de").lists, reason="there are no tables for German")
def test_german(text, wanted):
    assert read(text, "de")[2] == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("...!", 0),
        ("\U0001f415\U0001f415", 0),
        ("Two men, one dog.", 4),
        ("it's a T-shirt", 5),
        ("两个人在公园里", 7),
        ("犬が3匹", 4),
        ("رجلان يركضان", 2),
        ("word " * 2_000, 2_000),
    ],
)
def test_words(text, words):
    assert count_words(text) == words
    assert read_captions([(text, "en")]).words.tolist() == [words]


def test_a_language_without_tables_is_not_read():
    found = read_captions([("两个人", "zh"), ("two men", "en"), ("two men", "en-GB")])
    assert found.read.tolist() == [False, True, True]
    assert found.mentions[NUMBER].tolist() == [False, True, True]
    assert found.words.tolist() == [3, 2, 2]


def test_no_captions():
    found = read_captions([])
    assert found.words.shape == found.read.shape == found.mentions[NUMBER].shape == (0,)
