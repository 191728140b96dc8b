"""The study of the sample says what was measured, and measuring it again gives the same."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs.example_study.__main__ import DOCS, RESULTS, written
from docs.example_study.measure import measure
from docs.example_study.page import files
from docs.example_study.source import make_workspace
from docs.example_study.world import described
from docs.example_study.writing import WAYS, grouped
from sample_data.world.truth import CATEGORIES

NUMBER = re.compile(r"\d+(?:\.\d+)?")
NAMES = ("R@10", "R@5", "R@1", "BLEU-4", "95 %", "give 50 %", "p ≤ .05", "near .05", "< .001")
SCALE_ENDS = {"1", "100.0"}  # of the silhouette and the Rand index; all captions less no hit


@pytest.fixture(scope="module")
def results():
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def test_the_page_and_its_plots_show_the_stored_results(results):
    for name, text in files(results).items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, (
            f"{name}: run python -m docs.example_study --render"
        )


def test_results_are_stored_as_the_script_writes_them(results):
    assert RESULTS.read_text(encoding="utf-8") == written(results)


def test_the_findings_follow_the_results(results):
    other = copy.deepcopy(results)
    for one in other["rerank"]["t2i"]:
        one["fixed"], one["broken"] = one["broken"], one["fixed"]
    assert "breaks measurably more than it fixes" not in files(results)["example-study.md"]
    assert "breaks measurably more than it fixes" in files(other)["example-study.md"]


def test_no_number_is_typed_by_hand(results):
    """With all results zero the page has no figure left but those of names and methods."""
    left = files(zero(results))["example-study.md"]
    for name in NAMES:
        left = left.replace(name, "")
    assert {word for word in NUMBER.findall(left) if float(word) != 0} == SCALE_ENDS


def test_no_picture_is_shown_twice(results):
    shown = [one[side] for one in results["examples"] for side in ("true_image", "top_image")]
    assert len(shown) == len(set(shown)) > 0


def test_examples_of_all_categories_and_of_both_turns_are_shown(results):
    kinds = [one["kind"] for one in results["examples"]]
    assert kinds == [*CATEGORIES, "fixed", "broken"]


def test_the_plots_are_xml(results):
    for name, text in files(results).items():
        if name.endswith(".svg"):
            assert ElementTree.fromstring(text).tag.endswith("svg")


def test_equal_findings_are_said_once():
    rows = [("red", "A", "1"), ("red", "B", "2"), ("blue", "C", "3")]
    assert grouped(rows) == "red for A (1) and B (2), and blue for C (3)"


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ({"claim": "count", "kind": "dog", "n": 2}, "dog: exactly 2"),
        ({"claim": "count", "kind": "dog", "min": 3}, "dog: at least 3"),
        ({"claim": "mood", "value": "gloomy"}, "mood: gloomy"),
        ({"claim": "relation", "left": "man", "right": "dog"}, "man left of dog"),
        (
            {"claim": "entity", "kind": "man", "traits": {"holds": "ball", "item": "red"}},
            "a man: holds ball, which is red",
        ),
    ],
)
def test_claims_are_written_in_words(claim, words):
    assert described(claim) == words


def zero(found):
    """The same results with every number zero, and no digit in a text."""
    if isinstance(found, dict):
        return {name: zero(one) for name, one in found.items()}
    if isinstance(found, list):
        return [zero(one) for one in found]
    if isinstance(found, str):
        return found if found in WAYS else re.sub(r"\d", "0", found)
    return found if found is None or isinstance(found, bool) else type(found)(0)


@pytest.mark.slow
def test_measuring_again_gives_the_same(tmp_path: Path):
    make_workspace(tmp_path / "workspace")
    assert written(measure(tmp_path / "workspace")) == RESULTS.read_text(encoding="utf-8")
