"""p-values adjusted for having looked at several things at once."""

import numpy as np
import numpy.typing as npt


def holm(p_values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Holm's step-down adjusted p-values (n,): at most alpha means rejected at level alpha.

    Controls the chance of any false rejection without assuming independence. NaN stands for a
    test that was not made: it stays NaN and does not count.

    Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
    of Statistics 6, 1979.

    Raises:
        ValueError: a p-value outside 0 to 1.

    >>> holm(np.array([0.01, 0.04, 0.03, np.nan])).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    p = np.asarray(p_values, np.float64)
    if ((p < 0) | (p > 1)).any():
        raise ValueError(f"p-values lie between 0 and 1, not {p[(p < 0) | (p > 1)][0]}")
    order = np.argsort(p, kind="stable")[: np.count_nonzero(~np.isnan(p))]  # NaN sorts last
    steps = p[order] * np.arange(order.size, 0, -1)
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
