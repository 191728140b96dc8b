"""Edits towards another image's captions: only what these say, and only in its own category."""

import pytest

from benchmarks.probe_sources import towards


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        ("Two dogs", ["three cats"], {("three dogs", "counting"), ("Two cats", "fine_grained")}),
        ("Two dogs", ["two dogs", "a pair"], set()),
        ("a red bus", ["a blue bus"], {("a blue bus", "attributes")}),
        (
            "a red bus, a blue car",
            ["a blue bus, a red car"],
            {("a blue bus, a red car", "coreference"), ("a red car, a blue bus", "coreference")},
        ),
        (
            "a happy man",
            ["a sad woman"],
            {("a sad man", "abstract"), ("a happy woman", "fine_grained")},
        ),
    ],
)
def test_edits_go_towards_the_other_captions(text, others, expected):
    assert set(towards(text, others)) == expected
