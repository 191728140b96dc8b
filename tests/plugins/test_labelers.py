"""Suggestions of the counting and attribute labelers in cases made by hand."""

import csv
import subprocess
import sys

import pytest

from plugins import registry
from plugins.api import FailureCase
from plugins.conformance import check_labeler

COUNTING, ATTRIBUTES = (registry.load("labelers", name) for name in ("counting", "attributes"))


def case(query, *retrieved, positives=(), direction="t2i"):
    return FailureCase(direction, query, (query, *positives), retrieved, 2, -0.1)


def evidence(suggestion, given):
    texts = {"query": (given.query,), "positive": given.positives, "retrieved": given.retrieved}
    return [texts[s.side][s.caption][s.start : s.end] for s in suggestion.spans]


def score(labeler, *args, **options):
    return max((s.score for s in labeler.label(case(*args, **options))), default=0)


@pytest.mark.parametrize("labeler", [COUNTING, ATTRIBUTES])
def test_conforms(labeler):
    check_labeler(
        labeler,
        [
            case("Two dogs run", "Three dogs run", "A cat"),
            case("a red ball", "a blue ball", direction="i2t"),
            case("two\nred dogs", "three\nblue dogs"),
            case("Two dogs " * 1_200, "Three dogs"),
        ],
    )


@pytest.mark.parametrize(
    ("query", "retrieved"),
    [
        ("Two dogs run on grass.", "Three dogs run on grass."),
        ("2 dogs run on grass.", "a dog runs on grass."),
        ("A couple of dogs run.", "Four dogs run."),
        ("Some boats travel on water", "Exactly one boat travels on water"),
        ("There are exactly 4 zebras.", "There are exactly 0 zebras."),
        ("Two guys sit on a bench", "A man sits on a bench"),
        ("A boy swims.", "Boys swim."),
        ("Two men talk", "Three people talk"),
    ],
)
def test_counting_is_suggested_either_way_round(query, retrieved):
    assert score(COUNTING, query, retrieved) > 0.35
    assert score(COUNTING, retrieved, query) > 0.35
    assert score(ATTRIBUTES, query, retrieved) == 0


@pytest.mark.parametrize(
    ("query", "retrieved"),
    [
        ("Two dogs run.", "Two dogs sleep."),
        ("Two dogs run.", "Several dogs run."),
        ("Two dogs run.", "A pair of dogs run."),
        ("Two dogs run.", "Three cats sleep."),
        ("A dog and another dog", "Two dogs"),
        ("A man and a woman talk", "Two people talk"),
        ("A group of people", "Many people"),
        ("One is red.", "Two are red."),
        ("A man wearing number 5", "A man wearing number 7"),
        ("a dog", ""),
    ],
)
def test_counting_is_not_suggested(query, retrieved):
    assert COUNTING.label(case(query, retrieved)) == []
    assert COUNTING.label(case(retrieved, query)) == []


@pytest.mark.parametrize(
    ("query", "retrieved"),
    [
        ("A man in a red shirt", "A man in a blue shirt"),
        ("A small dog runs", "A big dog runs"),
        ("A wooden bench", "A metal bench"),
        ("A striped shirt on a man", "A plaid shirt on a man"),
        ("A young man sits", "An old man sits"),
        ("The dog is black", "The dog is white"),
        ("A red ball and a blue box", "A blue ball and a red box"),
        ("A man in white", "A man in black"),
        ("A motorcycle is parked", "A rusty motorcycle is parked"),
        ("A delicious cake", "A burnt cake"),
    ],
)
def test_attributes_are_suggested_either_way_round(query, retrieved):
    assert score(ATTRIBUTES, query, retrieved) > 0.4
    assert score(ATTRIBUTES, retrieved, query) > 0.4
    assert score(COUNTING, query, retrieved) == 0


@pytest.mark.parametrize(
    ("query", "retrieved"),
    [
        ("A red ball", "A red ball on grass"),
        ("A large dog", "A huge dog"),
        ("A red ball", "A blue box"),
        ("A man is standing", "A man is sitting"),
        ("A red ball and a blue ball", "A blue ball and a red ball"),
        ("A small dog walks by a big dog", "A cat walks by a big dog"),
        ("A red ball in the garden of a house", "A ball that children throw on the beach"),
        ("a dog", ""),
    ],
)
def test_attributes_are_not_suggested(query, retrieved):
    assert ATTRIBUTES.label(case(query, retrieved)) == []
    assert ATTRIBUTES.label(case(retrieved, query)) == []


def test_one_retrieved_caption_that_agrees_is_enough_to_say_nothing():
    assert COUNTING.label(case("Two dogs run", "Three dogs run", "Two dogs run fast")) == []
    assert ATTRIBUTES.label(case("A red ball", "A blue ball", "A red ball there")) == []


def test_the_evidence_is_the_words_themselves():
    given = case("Two dogs run on grass", "A cat", "There are THREE brown dogs on grass")
    [suggestion] = COUNTING.label(given)
    assert evidence(suggestion, given) == ["Two dogs", "THREE brown dogs"]
    assert suggestion.reason == "'Two dogs' here, 'THREE brown dogs' in a retrieved caption"
    given = case("A man in a red shirt", "A man wears a light blue shirt", direction="i2t")
    [suggestion] = ATTRIBUTES.label(given)
    assert evidence(suggestion, given) == ["red shirt", "blue shirt"]
    assert suggestion.reason == "'red shirt' here, 'blue shirt' in the retrieved caption"


def test_what_differs_besides_lowers_the_score():
    near = score(COUNTING, "Two dogs run on grass", "Three dogs run on grass")
    far = score(COUNTING, "Two dogs run on grass", "Three dogs sleep in a basket by the fire")
    assert near > far > 0
    assert near > 0.9
    near = score(ATTRIBUTES, "A red ball on grass", "A blue ball on grass")
    assert near > score(ATTRIBUTES, "A red ball on grass", "A child throws a blue ball") > 0


def test_numerals_say_more_than_articles_and_plurals():
    scores = [
        score(COUNTING, "Two dogs run", other)
        for other in ("Three dogs run", "A dog runs", "The dog runs")
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_true_captions_that_agree_with_the_other_side_lower_the_score():
    sure = score(COUNTING, "Two dogs run", "Three dogs run", positives=("Two dogs play",))
    unsure = score(COUNTING, "Two dogs run", "Three dogs run", positives=("Three dogs play",))
    assert sure > unsure
    sure = score(ATTRIBUTES, "A red ball", "A blue ball", positives=("A red toy",))
    assert sure > score(ATTRIBUTES, "A red ball", "A blue ball", positives=("A blue ball",))


def test_in_i2t_only_the_wrong_caption_itself_counts():
    assert score(COUNTING, "Two dogs run", "A cat", "Three dogs run", direction="i2t") == 0
    assert score(COUNTING, "Two dogs run", "Three dogs run", "Two dogs", direction="i2t") > 0


def test_the_dictionary_is_loaded_when_the_first_caption_is_read():
    code = (
        "import sys, plugins.labelers.counting, plugins.labelers.attributes\n"
        "print('lemminflect' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_development_pairs(shared_data):
    """Floors a little below what was measured, so that a broken rule is seen."""
    with (shared_data / "label_pairs" / "pairs.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    right, suggested, expected = ({"counting": 0, "attributes": 0} for _ in range(3))
    for row in rows:
        given = case(row["query"], row["retrieved"])
        suggestions = [*COUNTING.label(given), *ATTRIBUTES.label(given)]
        best = max(suggestions, key=lambda s: s.score).category if suggestions else None
        for category in right:
            suggested[category] += best == category
            expected[category] += row["expected"] == category
            right[category] += best == category == row["expected"]
    precision = {name: right[name] / suggested[name] for name in right}
    recall = {name: right[name] / expected[name] for name in right}
    assert precision["counting"] > 0.92
    assert recall["counting"] > 0.95
    assert precision["attributes"] > 0.93
    assert recall["attributes"] > 0.70
