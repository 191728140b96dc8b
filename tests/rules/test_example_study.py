"""The study of the sample says what was measured, and measuring it again gives the same."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest

from docs.example_study.__main__ import DOCS, RESULTS, written
from docs.example_study.measure import measure
from docs.example_study.page import files
from docs.example_study.source import make_workspace
from docs.example_study.writing import WAYS

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
