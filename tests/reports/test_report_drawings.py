"""The map of the clusters and the plot of costs: in their box, told in words, legible."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from workbench.reports.cost_drawing import CHARACTER, cost_plot
from workbench.reports.map_drawing import APART, COLOURS, map_plot
from workbench.views.compare import CostPoint
from workbench.views.plots import MapPlot


def of(plot, kind):
    return [shape for shape in plot.shapes if shape.kind.split()[0] == kind]


def clustered(n, k, seed=0):
    """Make n failures around k places on a ring."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(n) % k
    angle = 2 * np.pi * cluster / max(1, k)
    x, y = np.cos(angle), np.sin(angle)
    names = {number: f"name {number}" for number in range(k)}
    noise = rng.normal(scale=0.05, size=(2, n))
    return MapPlot("map", np.arange(n), cluster, x + noise[0], y + noise[1], names, {}, {})


@pytest.mark.parametrize(("n", "k"), [(1, 1), (12, 3), (2000, 8), (5000, 60)])
def test_a_map_stays_in_its_box_and_small(n, k):
    plot = map_plot("map", clustered(n, k))
    circles = [shape.attributes for shape in of(plot, "point")]
    assert 1 <= len(circles) <= 40 * 28
    for one in circles:
        x, y, radius = (float(one[name]) for name in ("cx", "cy", "r"))
        assert radius <= x <= plot.width - radius
        assert radius <= y <= plot.height - radius
    assert plot.description.startswith(f"{n:,} failures")


def test_each_cluster_has_its_number_once_and_numbers_stand_apart():
    plot = map_plot("map", clustered(2000, 8))
    numbers = of(plot, "number")
    assert Counter(shape.text for shape in numbers) == {str(n): 1 for n in range(8)}
    places = [(float(s.attributes["x"]), float(s.attributes["y"])) for s in numbers]
    assert min(math.dist(a, b) for a, b in itertools.combinations(places, 2)) >= APART - 0.2


def test_neighbours_on_the_map_differ_in_colour():
    plot = clustered(2000, COLOURS + 3)
    drawn = map_plot("map", plot)
    colours = {shape.kind for shape in of(drawn, "point")}
    assert len(colours) == COLOURS
    places = {
        s.text: (float(s.attributes["x"]), float(s.attributes["y"])) for s in of(drawn, "number")
    }
    at = {
        name: min(
            of(drawn, "point"),
            key=lambda s: math.dist(place, (float(s.attributes["cx"]), float(s.attributes["cy"]))),
        ).kind
        for name, place in places.items()
    }
    assert all(at[str(n)] != at[str((n + 1) % 8)] for n in range(8))


def test_a_cell_is_as_large_as_its_count():
    x = np.array([0.0] * 16 + [1.0])
    plot = MapPlot("map", np.arange(17), np.zeros(17, np.int64), x, x, {0: "a"}, {}, {})
    radii = sorted(float(shape.attributes["r"]) for shape in of(map_plot("map", plot), "point"))
    assert radii == [1.3, pytest.approx(4.9, abs=0.1)]


def costs(*points):
    found = [
        CostPoint(number, f"model {number}", cost, quality, pareto)
        for number, (cost, quality, pareto) in enumerate(points, 1)
    ]
    return cost_plot("costs", found, x_name="GFLOPs", y_name="mean R@K in %")


def test_costs_are_drawn_from_left_to_right_and_joined_where_nothing_is_better_for_less():
    plot = costs((1.0, 0.5, True), (10.0, 0.45, False), (100.0, 0.9, True))
    dots = [
        (s.kind, float(s.attributes["cx"]), float(s.attributes["cy"])) for s in of(plot, "point")
    ]
    assert [kind for kind, *_ in dots] == ["point s0", "point beaten", "point s0"]
    assert dots[1][1] - dots[0][1] == pytest.approx(dots[2][1] - dots[1][1], abs=0.2)
    assert dots[2][2] < dots[0][2] < dots[1][2]
    assert of(plot, "front")[0].attributes["d"].count("L") == 1
    assert {"1", "10", "100"} <= {shape.text for shape in of(plot, "tick")}
    assert "run 3 model 3: 90.0 % for 100 (nothing better for less)" in plot.description


@pytest.mark.parametrize("spread", [0.0, 0.001, 1.0])
def test_names_stand_over_nothing_and_in_the_box(spread):
    plot = costs(*((10 ** (spread * n), 0.7 + 0.01 * spread * n, True) for n in range(5)))
    names = of(plot, "name")
    assert names
    boxes = [
        (float(s.attributes["x"]), float(s.attributes["y"]), len(s.text) * CHARACTER) for s in names
    ]
    for (x, y, length), (other_x, other_y, other) in itertools.combinations(boxes, 2):
        beside = x + length <= other_x + 0.2 or other_x + other <= x + 0.2
        assert beside or abs(y - other_y) >= 13.8
    assert all(x + length <= plot.width + 0.2 for x, _, length in boxes)
