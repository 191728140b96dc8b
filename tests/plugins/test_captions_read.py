"""What the light reading of captions finds."""

import pytest

from plugins.labelers.caption import read_caption
from plugins.labelers.language import language_of
from plugins.labelers.readings import Count


def lemma_of(word):
    return language_of("en").word(word).lemma


def nouns(text):
    return {noun.lemma: noun for noun in read_caption(text).nouns}


@pytest.mark.parametrize(
    ("text", "lemma", "low", "high"),
    [
        ("Two dogs run across the field .", "dog", 2, 2),
        ("There are exactly 4 zebras.", "zebra", 4, 4),
        ("Exactly 2 of the dog's legs are white", "leg", 2, 2),
        ("A couple of young women sit", "woman", 2, 2),
        ("a pair of white socks", "sock", 2, 2),
        ("A single white boat", "boat", 1, 1),
        ("a man rides", "man", 1, 1),
        ("the man rides", "man", 1, 1),
        ("no people are there", "person", 0, 0),
        ("several tennis players", "player", 2, None),
        ("a group of people riding a bus", "person", 2, None),
        ("a number of boats", "boat", 2, None),
        ("dogs play", "dog", 2, None),
        ("three hot dogs on a plate", "dog", 3, 3),
        ("two 2-year-old boys", "boy", 2, 2),
        ("some very large pizzas", "pizza", 2, None),
        ("a dozen eggs", "egg", 12, 12),
        ("a black dog and a brown dog", "dog", 1, 2),
        ("a dog looks at the dog", "dog", 1, 2),
        ("sheep on grass", "sheep", 1, None),
        ("wearing number 5 shirts", "shirt", 2, None),
    ],
)
def test_how_many(text, lemma, low, high):
    mentions = read_caption(text).of(lemma)
    assert mentions, [noun.lemma for noun in read_caption(text).nouns]
    total = mentions[0].count
    for mention in mentions[1:]:
        total = total | mention.count
    assert (total.low, total.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "lemma", "attributes"),
    [
        ("a man in a red shirt", "shirt", {("colour", "red")}),
        ("blue and white walls", "wall", {("colour", "blue"), ("colour", "white")}),
        ("the dog is very black", "dog", {("colour", "black")}),
        ("doors that are closed", "door", {("state", "closed")}),
        ("a gray energetic dog", "dog", {("colour", "gray"), ("quality", "energetic")}),
        ("a huge wooden bench", "bench", {("size", "big"), ("material", "wooden")}),
        ("a man in white", "clothes", {("colour", "white")}),
        ("the dog is playing", "dog", set()),
        ("the man is right behind", "man", set()),
        ("an elderly guy", "man", {("age", "old")}),
    ],
)
def test_what_it_is_like(text, lemma, attributes):
    found = {(a.kind, a.value) for a in nouns(text)[lemma].attributes}
    assert found == attributes


@pytest.mark.parametrize(
    "text",
    [
        "a wolf hunts the deer",
        "people camp in a tent",
        "two dogs run and jump",
        "a man riding a horse",
        "the people board a train",
    ],
)
def test_what_things_do_is_no_thing(text):
    found = set(nouns(text))
    assert found <= {"wolf", "deer", "person", "tent", "dog", "man", "horse", "train"}


@pytest.mark.parametrize(
    ("word", "lemma"),
    [("women", "woman"), ("guys", "man"), ("skateboarders", "skateboarder"), ("bikes", "bicycle")],
)
def test_lemmas(word, lemma):
    assert lemma_of(word) == lemma


def test_the_characters_of_a_phrase():
    text = "Look: exactly two WHITE dogs!"
    noun = nouns(text)["dog"]
    assert text[noun.start : noun.end] == "exactly two WHITE dogs"
    assert text[noun.head_start : noun.end] == "dogs"
    assert [text[a.start : a.end] for a in noun.attributes] == ["WHITE"]


def test_counts_that_can_both_be_true():
    two, more, some = Count(2, 2, "numeral"), Count(2, None, "plural"), Count(1, None, "unknown")
    assert two.agrees(more)
    assert more.agrees(two)
    assert some.agrees(two)
    assert not two.agrees(Count(1, 1, "article"))
    assert not Count(0, 0, "numeral").agrees(some)
