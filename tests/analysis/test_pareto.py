import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.pareto import pareto

NUMBER = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, np.inf, -np.inf, np.nan])


@given(st.lists(st.tuples(NUMBER, NUMBER), max_size=9))
def test_a_point_is_optimal_if_none_dominates_it(points):
    cost, quality = np.array(points).reshape(-1, 2).T
    known = [point for point in points if not np.isnan(point).any()]
    wanted = [
        (c, q) in known and not any(x <= c and y >= q and (x < c or y > q) for x, y in known)
        for c, q in points
    ]
    assert pareto(cost, quality).tolist() == wanted


def test_equal_points_are_optimal_together():
    assert pareto(np.array([1, 1, 2]), np.array([5, 5, 5])).tolist() == [True, True, False]


def test_points_must_pair_up():
    with pytest.raises(ValueError, match="broadcast"):
        pareto(np.array([1, 2, 3]), np.array([1, 2]))
