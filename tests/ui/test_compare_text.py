"""How a comparison is written: signs, digits, widths, and what is said about labels."""

from __future__ import annotations

import pytest

from tests.compare_world import add_dataset, add_run, random_ranks, suggest
from workbench.presenters.compare import (
    difference_line,
    fixed_lines,
    fixed_title,
    quadrant_lines,
    quadrant_title,
    score_lines,
    sides_line,
    significance_line,
    verdict_lines,
)
from workbench.presenters.compare_numbers import (
    change,
    change_interval,
    p_value,
    points,
    share_interval,
    value,
)
from workbench.presenters.models_table import COLUMNS, model_cells
from workbench.presenters.text import width
from workbench.session.compare import SessionCompare
from workbench.taxonomy import load_taxonomy
from workbench.views.compare import Estimate


@pytest.fixture
def compared(empty_workspace):
    dataset = add_dataset(empty_workspace, 40, name="flickr30k")
    protocol = {"prompt": "", "image_size": 384, "activation": "GELU"}
    spec = "open_clip:ViT-B-32/openai"
    a = add_run(empty_workspace, dataset, random_ranks(dataset, 1), spec)
    b = add_run(empty_workspace, dataset, random_ranks(dataset, 2), "v:b", protocol=protocol)
    for run in (a, b):
        suggest(empty_workspace, run, "t2i", lambda q: "counting" if q % 40 else "abstract")
    return SessionCompare(empty_workspace, load_taxonomy(None)).compare(a.id, b.id)


def test_numbers_carry_their_sign_and_one_decimal():
    assert (points(0.126), points(-0.0004), points(-0.02)) == ("+12.6", "0.0", "-2.0")
    assert (value("R@1", 0.588), value("median_rank", 1.0)) == ("58.8", "1")
    assert (change("median_rank", 2.5), change("median_rank", 0.0)) == ("+2.5", "0")
    assert change_interval("R@1", Estimate(0.1, 0.11, 0.142)) == "[+11.0, +14.2]"
    assert change_interval("R@1", Estimate(0.1)) == "few"
    assert share_interval(Estimate(0.77, 0.6, 0.89)) == "[60, 89]"
    assert (p_value(0.034), p_value(0.0001), p_value(None)) == ("p .034", "p < .001", "")


def test_the_scores_and_the_categories_fit_side_by_side_into_80_cells(compared):
    scores = score_lines(compared)
    assert [line.text.split()[0] for line in scores[1:]] == ["R@1", "R@5", "R@10", "median"]
    fixed = fixed_lines(compared, 34)
    assert max(width(line.text) for line in scores) <= 46
    assert max(width(line.text) for line in fixed) <= 34
    assert fixed_title(compared) == "A's misses by suggestion, fixed by B (rank <= 1)"
    assert fixed[0].text.startswith(" CNT?")
    assert fixed[1].text.endswith("few")
    assert "%" not in fixed[1].text
    assert "broken" in fixed_lines(compared, 70)[0].text
    assert "McNemar exact" in significance_line(compared).text


@pytest.mark.parametrize("cells", [80, 120, 200])
def test_line_two_fills_the_width(compared, cells):
    line = sides_line(compared, cells)
    assert width(line.text) == cells
    assert "t2i  same 200 queries" in line.text
    assert "run 1" in line.text
    assert "run 2" in line.text


def test_the_quadrant_that_is_listed_is_marked(compared):
    lines = quadrant_lines(compared, "only_b")
    n = compared.quadrant("only_b").n
    assert f"[{n}]" in lines[2].text
    assert sum(line.text.count("[") for line in lines) == 1
    assert quadrant_title(compared, "only_b") == f"A miss, B hit ({n})"


def test_differences_and_verdicts_are_said(compared):
    assert difference_line(compared, 80).text.startswith(" ! image size A 224, B 384")
    (verdict,) = verdict_lines(compared, 200)
    assert verdict.text.startswith(" A outside tolerance of ViT-B-32/openai on flickr30k/test: ")


def test_a_row_of_the_models_has_every_column(empty_workspace, compared):
    table = SessionCompare(empty_workspace, load_taxonomy(None)).models_table(1)
    assert {len(model_cells(row)) for row in table.rows} == {len(COLUMNS)}
    assert "14.8 p" in model_cells(next(r for r in table.rows if r.run_id == 1))
