import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.holm import holm

P = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def step_down(p_values, alpha):
    """Which hypotheses the procedure rejects, as its author states it."""
    rejected = set()
    for step, row in enumerate(sorted(range(len(p_values)), key=lambda row: p_values[row])):
        if p_values[row] * (len(p_values) - step) > alpha:
            break
        rejected.add(row)
    return rejected


@given(P, st.floats(0.001, 0.999))
def test_adjusted_values_reject_what_the_procedure_rejects(p_values, alpha):
    adjusted = holm(np.array(p_values))
    assert set(np.flatnonzero(adjusted <= alpha)) == step_down(p_values, alpha)


@given(P)
def test_adjusted_values_keep_the_order_and_stay_probabilities(p_values):
    adjusted = holm(np.array(p_values))
    assert (adjusted >= p_values).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p_values, kind="stable")]) >= 0).all()


@given(P)
def test_tests_that_were_not_made_do_not_count(p_values):
    with_gaps = np.array([np.nan, *p_values, np.nan])
    np.testing.assert_array_equal(holm(with_gaps)[1:-1], holm(np.array(p_values)))
    assert np.isnan(holm(with_gaps)[[0, -1]]).all()


def test_by_hand():
    found = holm(np.array([0.02, 0.01, 0.9, 0.02, 0.5]))
    assert found == pytest.approx([0.08, 0.05, 1.0, 0.08, 1.0])
    assert holm(np.array([])).size == 0


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match=r"between 0 and 1, not 1\.5"):
        holm(np.array([0.5, 1.5]))
