"""Two runs on the same queries, from their ranks alone.

The difference is resampled, not the runs apart: both see the same drawn images in each replicate,
so what the runs have in common (an image that is hard for any model) cancels. See ``intervals``
for the cluster bootstrap itself.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.analysis.intervals import (
    MIN_IMAGES,
    Interval,
    percentile_interval,
    replicate_columns,
)
from workbench.analysis.metrics import MEDIAN_RANK, METRICS, per_rank
from workbench.analysis.queries import checked_ranks, checked_shares, numbered, same_length

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Paired:
    """A metric of run A and of run B, and B - A with its paired 95 % interval."""

    a: float
    b: float
    difference: Interval


@dataclass(frozen=True, slots=True)
class Quadrants:
    """How many queries both runs find within K, only A, only B, or neither."""

    both: int
    only_a: int
    only_b: int
    neither: int


def paired(
    rank_a: npt.NDArray[np.integer],
    rank_b: npt.NDArray[np.integer],
    cluster: npt.NDArray[np.integer],
    *,
    r_precision_a: npt.NDArray[np.floating] | None = None,
    r_precision_b: npt.NDArray[np.floating] | None = None,
    seed: int = 0,
    resamples: int = 1000,
) -> dict[str, Paired]:
    """Each metric of two runs and the difference B - A with its interval, by name.

    Args:
        rank_a, rank_b: (n,) ranks of the same queries in the same order.
        cluster: (n,) any integer that tells the queries' images apart.
        r_precision_a, r_precision_b: (n,) adds ``r_precision`` where both are given.
        seed: of the resampling; the same seed draws the same images as ``intervals.summarise``.
        resamples: number of bootstrap resamples.

    Under ten images the difference has no limits; without queries all is NaN.

    Raises:
        QueryError: a rank is no whole number from 1 on, or the columns do not fit.

    >>> a = np.tile([1, 3], 10)
    >>> found = paired(a, np.ones(20, int), np.arange(20))["R@1"]
    >>> found.a, found.b, found.difference
    (0.5, 1.0, Interval(value=0.5, low=0.25, high=0.75))
    """
    a, b = checked_ranks(rank_a, "run A"), checked_ranks(rank_b, "run B")
    columns_a, columns_b = per_rank(a), per_rank(b)
    if r_precision_a is not None and r_precision_b is not None:
        columns_a["r_precision"] = checked_shares(r_precision_a, "run A")
        columns_b["r_precision"] = checked_shares(r_precision_b, "run B")
    precisions = {"r_precision_a": r_precision_a, "r_precision_b": r_precision_b}
    given = {name: column for name, column in precisions.items() if column is not None}
    n = same_length(rank_a=a, rank_b=b, cluster=cluster, **given)
    images, n_images = numbered(cluster)
    values_a, values_b = _values(columns_a, a), _values(columns_b, b)
    differences = {name: values_b[name] - values_a[name] for name in values_a}
    intervals = {name: Interval(value) for name, value in differences.items()}
    if n and n_images >= MIN_IMAGES:
        found = replicate_columns(
            # Taken out one by one: the columns of both runs would take as much again.
            {name: columns_b.pop(name) - columns_a.pop(name) for name in tuple(columns_a)},
            {"a": a, "b": b},
            images,
            n_images,
            seed=seed,
            resamples=resamples,
        )
        found[MEDIAN_RANK] = found["b"] - found["a"]
        intervals = {
            name: percentile_interval(value, found[name]) for name, value in differences.items()
        }
    return {name: Paired(values_a[name], values_b[name], intervals[name]) for name in intervals}


def quadrants(
    rank_a: npt.NDArray[np.integer], rank_b: npt.NDArray[np.integer], k: int = 1
) -> Quadrants:
    """The two-by-two table of hits within ``k``; QueryError as in ``paired``.

    >>> quadrants(np.array([1, 1, 9, 2]), np.array([1, 4, 1, 2]))
    Quadrants(both=1, only_a=1, only_b=1, neither=1)
    """
    same_length(rank_a=rank_a, rank_b=rank_b)
    hit_a, hit_b = checked_ranks(rank_a, "run A") <= k, checked_ranks(rank_b, "run B") <= k
    cells = np.bincount(2 * hit_a + hit_b, minlength=4).tolist()
    return Quadrants(both=cells[3], only_a=cells[2], only_b=cells[1], neither=cells[0])


def _values(columns: dict[str, Floats], rank: npt.NDArray[np.int64]) -> dict[str, float]:
    """The metrics in the order of ``METRICS``, as far as they are known."""
    if not rank.size:
        return {name: float("nan") for name in METRICS if name in columns or name == MEDIAN_RANK}
    values = {name: float(column.mean()) for name, column in columns.items()}
    values[MEDIAN_RANK] = float(np.median(rank))
    return {name: values[name] for name in METRICS if name in values}
