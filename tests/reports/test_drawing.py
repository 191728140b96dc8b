"""Plots stay within their box and say which series is which."""

from __future__ import annotations

import re

import pytest

from workbench.reports.drawing import Curve, bar_shapes, column_plot, curve_plot
from workbench.views.report import Bar, Scale

POINTS = ((1, 0.4, 0.35, 0.45), (10, 0.8, 0.75, 0.85), (1000, 1.0, 1.0, 1.0))


def curves(n, points=POINTS):
    return curve_plot(
        "R@K", "told", [Curve(f"run {i}", points) for i in range(n)], x_name="K", y_name="%"
    )


def of(plot, kind):
    return [shape for shape in plot.shapes if shape.kind.startswith(kind)]


@pytest.mark.parametrize("n", [1, 3, 7])
def test_a_curve_has_its_band_and_stays_in_the_box(n):
    plot = curves(n)
    assert len(of(plot, "band")) == n
    for shape in of(plot, "band") + [one for one in of(plot, "curve") if one.tag == "path"]:
        numbers = [float(word) for word in re.findall(r"-?[\d.]+", shape.attributes["d"])]
        assert all(0 <= x <= plot.width for x in numbers[::2])
        assert all(0 <= y <= plot.height for y in numbers[1::2])


def test_series_are_named_where_there_are_several():
    assert of(curves(1), "legend") == []
    assert [shape.text for shape in of(curves(2), "legend")] == ["run 0", "run 1"]


def test_the_last_tick_is_not_cut():
    last = [shape for shape in of(curves(1), "tick") if shape.text == "1,000"]
    assert [shape.kind for shape in last] == ["tick end"]


def test_a_curve_without_intervals_or_points_is_drawn():
    assert of(curves(1, ((1, 0.5, None, None), (10, 0.7, None, None))), "band") == []
    assert of(curves(1, ()), "band") == []


def test_columns_are_as_high_as_their_shares():
    series = [("a", (0.5, 0.25)), ("b", (0.0, 1.0))]
    plot = column_plot("ranks", "told", ("1", "2"), series, x_name="rank", y_name="%")
    bars = [one for one in of(plot, "bar") if one.attributes["height"] != "12"]
    heights = [float(one.attributes["height"]) for one in bars]
    assert heights[1] == 0
    assert heights[0] / heights[3] == pytest.approx(0.5, abs=0.01)
    assert heights[2] / heights[3] == pytest.approx(0.25, abs=0.01)


def test_a_bar_begins_at_zero_and_ends_in_its_box():
    left = bar_shapes(Bar(-0.5, -2.0, 0.1), Scale(-1, 1, 0.0))[1].attributes
    assert (left["x"], left["width"]) == ("25", "25")
    limits = bar_shapes(Bar(-0.5, -2.0, 0.1), Scale(-1, 1, 0.0))[2].attributes
    assert (limits["x1"], limits["x2"]) == ("0", "55")
    right = bar_shapes(Bar(0.3), Scale(mark=0.5))
    assert (right[1].attributes["x"], right[1].attributes["width"]) == ("0", "30")
    assert right[-1].attributes["x1"] == "50"
