from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.errors import QueryError
from workbench.analysis.mcnemar import McNemar, exact_p, mcnemar


def by_fractions(b, c):
    tail = Fraction(sum(comb(b + c, i) for i in range(min(b, c) + 1)), 2 ** (b + c))
    return float(min(Fraction(1), 2 * tail))


@given(st.integers(0, 60), st.integers(0, 60))
def test_p_is_the_sum_of_binomial_terms(b, c):
    assert exact_p(b, c) == pytest.approx(by_fractions(b, c), rel=1e-12)
    assert exact_p(b, c) == exact_p(c, b)


@pytest.mark.parametrize(("b", "c"), [(0, 1000), (480, 520), (1400, 1600), (900, 3100)])
def test_p_is_exact_for_thousands_too(b, c):
    assert exact_p(b, c) == pytest.approx(by_fractions(b, c), rel=1e-10)


def test_the_largest_counts_neither_overflow_nor_turn_into_nan():
    n = 158_915
    assert exact_p(0, n) == 0.0
    assert exact_p(n // 2, n - n // 2) == 1.0
    # 399 apart is one standard deviation: 2 (1 - Phi(1)), with the continuity of whole counts.
    assert exact_p((n - 399) // 2, (n + 399) // 2) == pytest.approx(0.3181, abs=0.001)


def test_disagreements_are_counted():
    hit_a = np.array([True, True, True, False, False, True])
    hit_b = np.array([True, False, False, True, False, False])
    assert mcnemar(hit_a, hit_b) == McNemar(only_a=3, only_b=1, p=0.625)


def test_agreement_is_no_evidence():
    same = np.array([True, False])
    assert mcnemar(same, same) == McNemar(0, 0, 1.0)


def test_what_does_not_fit_is_refused():
    with pytest.raises(QueryError, match="hits of run B must be one boolean a query, not float64"):
        mcnemar(np.array([True]), np.array([np.nan]))
    with pytest.raises(QueryError, match="same queries"):
        mcnemar(np.array([True]), np.array([True, False]))
