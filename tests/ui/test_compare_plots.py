"""The table of ranks and the cost-quality plot: every query counted, every label readable."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.presenters.cost_plot import plotted
from workbench.presenters.rank_grid import rank_grid_lines
from workbench.presenters.text import width
from workbench.views.compare import CostPoint, RankGrid

GRID = RankGrid((1, 2, 5, 10, 20), tuple(tuple(10 * i + j for j in range(5)) for i in range(5)))


def counts(lines: tuple) -> list[list[int]]:
    return [
        [int("".join(c for c in cell if c.isdigit()) or 0) for cell in line.text[8:].split()]
        for line in lines[2:]
    ]


@pytest.mark.parametrize(("cells", "rows"), [(80, 20), (60, 20), (36, 20), (80, 5)])
def test_the_table_of_ranks_counts_every_query_in_any_room(cells: int, rows: int) -> None:
    lines = rank_grid_lines(GRID, cells, rows)
    assert max(width(line.text) for line in lines) <= cells
    assert len(lines) <= rows
    assert sum(map(sum, counts(lines))) == sum(map(sum, GRID.counts))
    if len(lines) < 7:
        assert ">" in lines[1].text


def test_the_table_has_a_down_and_b_across() -> None:
    lines = rank_grid_lines(GRID, 80, 20)
    assert counts(lines)[4][1] == GRID.counts[4][1] == 41
    assert lines[6].text.split()[0] == "11-20"
    assert lines[6].spans[1].tone == "good"
    assert lines[2].spans[5].tone == "warn"
    assert rank_grid_lines(GRID, 10, 20) == ()


@pytest.mark.parametrize("cells", [60, 120])
def test_labels_of_points_lie_over_nothing(cells: int) -> None:
    points = tuple(
        CostPoint(n, f"model-with-a-name-{n}", 10.0 + n % 3, 0.7 + 0.001 * (n // 3), n == 0)
        for n in range(6)
    )
    found = plotted(points, cells, 16)
    assert len(found.points) == 6
    taken = {(p.x, p.y) for p in found.points}
    for point in found.points:
        assert 0 <= point.x < cells
        assert 0 <= point.y < 16
        for x in range(point.label_x, point.label_x + width(point.label)):
            assert 0 <= x < cells
            assert (x, point.label_y) not in taken
            taken.add((x, point.label_y))
    assert sum(bool(point.label) for point in found.points) >= 4
    assert found.points[0].label.startswith("0 model-with")


def test_the_screen_starts_without_the_plots() -> None:
    code = "import sys, workbench.app, workbench.screens.compare; print('plotext' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
