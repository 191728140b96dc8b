"""The arithmetic of docs/scaling.md is that of the script, and follows its formulas."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.scaling_arithmetic import Assumed, arithmetic, hours, partial_bytes, size, times

SMALL = Assumed(images=31_783, captions=158_915, gpus=1, gpus_per_node=1, cores_per_node=2)


def test_the_document_says_what_the_script_says():
    text = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text()
    section = text.partition("<!-- arithmetic -->")[2].partition("<!-- /arithmetic -->")[0]
    assert section.strip() == arithmetic()


def test_ranking_is_two_operations_a_number_of_every_pair():
    (found,) = [row for row in times(SMALL) if row[0].endswith("cores")]
    assert found[2] == hours(2 * 31_783 * 158_915 * 512 / (2 * 80e9))
    (twice,) = [row for row in times(replace(SMALL, cores_per_node=1)) if row[0].endswith("cores")]
    assert twice[2] == hours(2 * 31_783 * 158_915 * 512 / 80e9)


def test_a_shards_result_is_a_count_and_the_hits_of_its_queries():
    rows, cols = 10 * 31_783, 158_915  # ten shards of all images
    assert partial_bytes(SMALL) == (rows + cols) * (4 + 16 * 10)


@pytest.mark.parametrize(
    ("count", "text"), [(2.1e6, "2.1 MB"), (1.2e13, "12.0 TB"), (5e9, "5.0 GB"), (9e3, "9 kB")]
)
def test_sizes(count, text):
    assert size(count) == text


def test_hours():
    assert (hours(90), hours(7200)) == ("1.5 min", "2.0 h")
