"""McNemar's exact test: do two runs hit different shares of the same queries?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.analysis.distributions import binomial_tail
from workbench.analysis.queries import checked_flags, same_length


@dataclass(frozen=True, slots=True)
class McNemar:
    """Queries that only one run hits (the table's b and c), and the two-sided exact p-value."""

    only_a: int
    only_b: int
    p: float


def mcnemar(hit_a: npt.NDArray[np.bool_], hit_b: npt.NDArray[np.bool_]) -> McNemar:
    """The exact binomial test on the queries (n,) on which two runs disagree.

    Under the null hypothesis each of the ``b + c`` disagreements falls either way with
    probability 1/2: p = min(1, 2 P(X <= min(b, c))), X binomial. Nothing overflows at any count;
    a p-value below 1e-308 is 0. Without disagreement p is 1.

    The test takes queries as independent. Captions of one image are not, so for captions p is
    too small when an image's captions change together; the paired bootstrap over images
    (``comparison.paired``) does not have this fault.

    Source: McNemar, "Note on the sampling error of the difference between correlated proportions
    or percentages", Psychometrika 12, 1947.

    Raises:
        QueryError: the hits are no booleans or not of the same queries.

    >>> mcnemar(np.array([True] * 5), np.array([False] * 5))
    McNemar(only_a=5, only_b=0, p=0.0625)
    """
    a, b = checked_flags(hit_a, "hits of run A"), checked_flags(hit_b, "hits of run B")
    same_length(hit_a=a, hit_b=b)
    only_a, only_b = int(np.count_nonzero(a & ~b)), int(np.count_nonzero(b & ~a))
    return McNemar(only_a, only_b, exact_p(only_a, only_b))


def exact_p(only_a: int, only_b: int) -> float:
    """The two-sided p-value of ``only_a`` against ``only_b`` disagreements.

    >>> exact_p(10, 10), exact_p(0, 0)
    (1.0, 1.0)
    """
    if abs(only_a - only_b) <= 1:
        return 1.0  # half of the distribution or more lies on either side
    return min(1.0, 2.0 * binomial_tail(min(only_a, only_b), only_a + only_b))
