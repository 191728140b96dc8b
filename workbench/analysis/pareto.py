"""Which of several models are worth looking at, when one costs more and another is better."""

import numpy as np
import numpy.typing as npt


def pareto(
    cost: npt.NDArray[np.floating], quality: npt.NDArray[np.floating]
) -> npt.NDArray[np.bool_]:
    """Whether each point (n,) is Pareto-optimal: lower ``cost`` and higher ``quality`` are better.

    A point is not optimal if another is at least as good in both and better in one. Equal points
    are optimal together. A point with NaN is unknown: never optimal, and no reason to drop another.

    >>> pareto(np.array([1, 2, 2, 3, 3]), np.array([0.5, 0.7, 0.6, 0.7, 0.9])).tolist()
    [True, True, False, False, True]
    """
    costs, qualities = np.asarray(cost, np.float64), np.asarray(quality, np.float64)
    known = np.flatnonzero(~(np.isnan(costs) | np.isnan(qualities)))
    optimal = np.zeros(costs.shape, np.bool_)
    groups, group = np.unique(costs[known], return_inverse=True)  # equal costs, ascending
    best = np.full(groups.size, -np.inf)
    np.maximum.at(best, group, qualities[known])
    better = np.ones(groups.size, np.bool_)  # than all that costs less
    better[1:] = best[1:] > np.maximum.accumulate(best)[:-1]
    optimal[known] = (qualities[known] == best[group]) & better[group]
    return optimal
