"""Bars that hold everything once, with ends that can be typed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.analysis.histograms import (
    MOST_BINS,
    curve_ranks,
    margin_edges,
    nice_step,
    rank_bounds,
)


@given(st.integers(1, 10**7))
def test_the_last_band_and_the_last_k_reach_the_worst_rank(worst):
    bounds, ks = rank_bounds(worst), curve_ranks(worst)
    assert bounds[-1] >= worst > (bounds[-2] if len(bounds) > 1 else 0)
    assert ks[-1] >= worst
    assert sorted(set(ks)) == list(ks)
    assert {1, 5, 10} <= set(ks)


@given(arrays(np.float64, st.integers(1, 30), elements=st.floats(-4, 4).map(lambda x: x + 0.0)))
def test_every_margin_lies_in_one_bin_and_none_straddles_zero(margins):
    if np.abs(margins).max() < 1e-6:
        margins = np.append(margins, 0.5)
    edges = margin_edges(margins)
    place = np.searchsorted(edges, margins, side="right") - 1
    assert place.min() >= 0
    assert place.max() < len(edges) - 1
    assert 0.0 in edges
    assert (np.diff(edges) > 0).all()
    assert len(edges) - 1 <= MOST_BINS + 1
    assert all(float(repr(edge)) == edge and len(f"{edge:g}") < 10 for edge in edges.tolist())


def test_one_margin_alone_has_a_bin():
    assert margin_edges(np.array([0.0]))[:2].tolist() == [0.0, 0.05]


@pytest.mark.parametrize(("span", "most", "step"), [(1, 10, 0.1), (0.11, 10, 0.02), (9, 3, 5)])
def test_steps_are_round(span, most, step):
    assert nice_step(span, most) == pytest.approx(step)
