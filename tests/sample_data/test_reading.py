"""Captions read back: the claims are the ones that they were written for."""

import json

import pytest

from sample_data import TRUTH
from sample_data.training.captioning import Verdict, claim_shares, judged, shares
from sample_data.world.claims import Claim
from sample_data.world.files import read_truth
from sample_data.world.reading import claims_of
from sample_data.world.scene import Person, Scene, Thing

TWO_MEN = Scene(
    "park",
    "day",
    "cheerful",
    people=(
        Person("man", "red", holds="ball", item="blue"),
        Person("man", "green", hat="yellow"),
    ),
    things=(Thing("tree", "green"), Thing("tree", "green")),
)


def in_order(claims: list[Claim]) -> list[str]:
    """Claims in a form and order in which they can be compared."""
    return sorted(json.dumps(claim, sort_keys=True) for claim in claims)


def test_every_caption_is_read_as_it_was_meant() -> None:
    wrong = [
        text
        for truth in read_truth(TRUTH)
        for text, claims in zip(truth.captions, truth.claims, strict=True)
        if in_order(claims_of(text)) != in_order(claims)
    ]
    assert wrong == []


def test_punctuation_case_and_unknown_words_do_not_matter() -> None:
    plain = claims_of("two men but only the one in red has a blue ball in the park")
    assert plain == claims_of("Two men, but only the one in red has a BLUE ball zebra in the park!")
    assert {"claim": "count", "kind": "man", "n": 2} in plain
    assert claims_of("zebra of of the") == []


@pytest.mark.parametrize(
    ("caption", "verdict"),
    [
        ("two men the one in red has a blue ball and the other holds nothing", (True, True, True)),
        ("three men in the park", (False, True, False)),
        ("two men the one in blue has a blue ball and the other nothing", (True, False, False)),
        ("a man in red with a green hat", (True, False, False)),
        ("a man in red and a woman in green", (False, False, False)),
        ("a man in green holding a blue ball", (True, False, False)),
        ("two green trees and a man running", (True, True, False)),
        ("two pink trees at night", (True, False, False)),
        ("a man in red in front of three green trees", (False, True, False)),
    ],
)
def test_counts_and_colours_are_judged_apart(
    caption: str, verdict: tuple[bool, bool, bool]
) -> None:
    assert judged(caption, TWO_MEN) == Verdict(*verdict)


def test_shares_are_of_captions() -> None:
    found = shares(["two men", "three men", "two pink trees"], [TWO_MEN] * 3)
    assert found == {
        "counts": 0.6667,
        "colours": 0.6667,
        "counts_and_colours": 0.3333,
        "everything": 0.3333,
    }


def test_a_caption_can_be_mostly_true() -> None:
    captions = ["two men", "three men and two green trees", "a man in red in front of a pink tree"]
    assert claim_shares(captions, [TWO_MEN] * 3) == {
        "counts": 0.6,  # "three men" and "a pink tree" are wrong
        "colours": 0.6667,
        "claims": 0.5714,  # 4 of 7: "a pink tree" is one claim about the number, one about colour
    }
    assert claim_shares([], []) == {"counts": 0.0, "colours": 0.0, "claims": 0.0}
