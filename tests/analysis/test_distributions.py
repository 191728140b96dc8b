import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtr, betainc
from scipy.stats import t as student

from workbench.analysis.distributions import (
    binomial_tail,
    incomplete_beta,
    student_quantile,
    student_tail,
)

DEGREES = st.one_of(st.integers(1, 200), st.integers(1, 200_000))


@given(st.floats(0, 60), DEGREES)
def test_students_tail_is_scipys(t, df):
    assert student_tail(t, df) == pytest.approx(student.sf(t, df), rel=1e-8, abs=1e-300)


@given(st.floats(0.6, 0.9999), DEGREES)
def test_students_quantile_is_scipys(p, df):
    assert student_quantile(p, df) == pytest.approx(student.ppf(p, df), rel=1e-8)


@given(st.integers(1, 200_000), st.floats(0, 1), st.floats(-6, 6))
def test_the_binomial_tail_is_scipys(n, share, deviations):
    for k in (int(share * n), int(n / 2 + deviations * n**0.5 / 2)):
        if 0 <= k <= n:
            assert binomial_tail(k, n) == pytest.approx(bdtr(k, n, 0.5), rel=1e-8, abs=1e-300)


@given(st.floats(0.1, 1e5), st.floats(0.1, 1e5), st.floats(0, 1))
def test_the_incomplete_beta_function_is_scipys(a, b, x):
    assert incomplete_beta(a, b, x, 1 - x) == pytest.approx(betainc(a, b, x), rel=1e-8, abs=1e-12)
