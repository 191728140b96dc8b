"""Ranks and metrics when some more items than the data set lists are positives of a query."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.analysis.intervals import (
    MIN_IMAGES,
    Interval,
    percentile_interval,
    replicate_columns,
)
from workbench.analysis.metrics import MEDIAN_RANK, RECALLS, per_rank

CORRECTED: Final = (*RECALLS, "MRR", MEDIAN_RANK)


def rank_of_best(scores: npt.NDArray[np.float64], positive: npt.NDArray[np.bool_]) -> int:
    """Return 1 + the non-positives of ``scores`` (n,) at least as high as the best positive.

    Ties count against the model, as in ``rank_retrieval``.

    >>> rank_of_best(np.array([0.5, 0.3, 0.3]), np.array([False, True, False]))
    3
    """
    return 1 + int(((scores >= scores[positive].max()) & ~positive).sum())


def rank_among_hits(
    scores: npt.NDArray[np.float64], positive: npt.NDArray[np.bool_], *, complete: bool = False
) -> int | None:
    """Return the same from the first hits alone; None where they do not decide it.

    They decide it if the best positive is above the last hit, or if they are all items
    (``complete``): behind the last hit others could have the same score.

    >>> rank_among_hits(np.array([0.5, 0.4, 0.3]), np.array([False, True, False]))
    2
    """
    if not positive.any():
        return None
    if not complete and scores[positive].max() <= scores.min():
        return None
    return rank_of_best(scores, positive)


def rank_metrics(
    rank: npt.NDArray[np.int64], cluster: npt.NDArray[np.int64], *, seed: int = 0
) -> Mapping[str, Interval]:
    """Metrics of ranks (n,), those of ``CORRECTED``, with 95 % intervals from resampled images.

    ``cluster`` (n,) is the image id of each query. No limits under ten images.
    """
    means = {name: column for name, column in per_rank(rank).items() if name in CORRECTED}
    values = {name: float(column.mean()) for name, column in means.items()}
    values[MEDIAN_RANK] = float(np.median(rank))
    images, place = np.unique(cluster, return_inverse=True)
    if images.size < MIN_IMAGES:
        return {name: Interval(values[name]) for name in CORRECTED}
    drawn = replicate_columns(means, {MEDIAN_RANK: rank}, place, images.size, seed=seed)
    return {name: percentile_interval(values[name], drawn[name]) for name in CORRECTED}
