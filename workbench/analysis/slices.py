"""Where a run gained on another: the same comparison within each of several groups of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workbench.analysis.holm import holm
from workbench.analysis.intervals import (
    MIN_IMAGES,
    Interval,
    percentile_interval,
    replicate_columns,
)
from workbench.analysis.mcnemar import McNemar, mcnemar
from workbench.analysis.queries import checked_flags, checked_ranks, numbered, same_length


@dataclass(frozen=True, slots=True)
class Slice:
    """R@K of two runs in one group of queries.

    n_queries, n_images  size of the group; under ten images (``few``) nothing is tested
    a, b                 R@K of each run; NaN in an empty group
    difference           B - A with its paired 95 % interval
    mcnemar              of the group alone; None where it is not tested
    p_adjusted           Holm's over all groups that are tested; None likewise
    """

    n_queries: int
    n_images: int
    a: float
    b: float
    difference: Interval
    mcnemar: McNemar | None = None
    p_adjusted: float | None = None

    @property
    def few(self) -> bool:
        """Too few images for an interval or a test."""
        return self.n_images < MIN_IMAGES


def slices(
    rank_a: npt.NDArray[np.integer],
    rank_b: npt.NDArray[np.integer],
    cluster: npt.NDArray[np.integer],
    groups: Mapping[str, npt.NDArray[np.bool_]],
    *,
    k: int = 1,
    seed: int = 0,
    resamples: int = 1000,
) -> dict[str, Slice]:
    """Compare two runs within each of ``groups``, masks (n,) by name that may overlap.

    ``rank_a``, ``rank_b`` and ``cluster`` (n,) are as in ``comparison.paired``; within a group
    its own images are resampled. Where the runs agree on every query the interval is [0, 0]: the
    bootstrap knows nothing of differences that did not occur.

    Raises:
        QueryError: as in ``comparison.paired``, or a mask is not boolean or does not fit.

    >>> rank_a, rank_b = np.tile([1, 2], 12), np.ones(24, int)
    >>> found = slices(rank_a, rank_b, np.arange(24), {"even": np.arange(24) % 2 == 0,
    ...     "odd": np.arange(24) % 2 == 1, "first": np.arange(24) < 4})
    >>> {name: (one.difference.value, one.p_adjusted) for name, one in found.items()}
    {'even': (0.0, 1.0), 'odd': (1.0, 0.0009765625), 'first': (0.5, None)}
    """
    hit_a, hit_b = checked_ranks(rank_a, "run A") <= k, checked_ranks(rank_b, "run B") <= k
    same_length(rank_a=hit_a, rank_b=hit_b, cluster=cluster, **groups)
    compared = [
        _slice(hit_a[chosen], hit_b[chosen], np.asarray(cluster)[chosen], seed, resamples)
        for chosen in (checked_flags(group, name) for name, group in groups.items())
    ]
    p_values = [one.mcnemar.p if one.mcnemar else np.nan for one in compared]
    adjusted = holm(np.array(p_values)).tolist()
    return {
        name: one if one.few else replace(one, p_adjusted=p)
        for name, one, p in zip(groups, compared, adjusted, strict=True)
    }


def _slice(
    hit_a: npt.NDArray[np.bool_],
    hit_b: npt.NDArray[np.bool_],
    cluster: npt.NDArray[np.integer],
    seed: int,
    resamples: int,
) -> Slice:
    images, n_images = numbered(cluster)
    if not n_images:
        nan = float("nan")
        return Slice(0, 0, nan, nan, Interval(nan))
    a, b = float(hit_a.mean()), float(hit_b.mean())
    if n_images < MIN_IMAGES:
        return Slice(hit_a.size, n_images, a, b, Interval(b - a))
    change = hit_b.astype(np.float64) - hit_a
    replicates = replicate_columns(
        {"change": change}, {}, images, n_images, seed=seed, resamples=resamples
    )
    interval = percentile_interval(b - a, replicates["change"])
    return Slice(hit_a.size, n_images, a, b, interval, mcnemar(hit_a, hit_b))
