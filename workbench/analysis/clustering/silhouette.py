"""How well rows fit their clusters, and the number of clusters that fits best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SAMPLE_ROWS = 2_000
"""All pairs of so many rows at most are compared."""


@dataclass(frozen=True, slots=True)
class Point:
    """The mean silhouette of a number of clusters; None where it is not defined."""

    k: int
    silhouette: float | None


def silhouettes(
    rows: npt.NDArray[np.float32],
    labels: Mapping[int, npt.NDArray[np.int64]],
    seed: int,
    *,
    sample_rows: int = SAMPLE_ROWS,
) -> tuple[Point, ...]:
    """Mean silhouette of ``rows`` (n, d) under each of ``labels`` (n,), by number of clusters.

    The silhouette of a row is (b - a) / max(a, b): a is its mean distance to the others of its
    cluster, b the least mean distance to another cluster (Rousseeuw, J. Comput. Appl. Math. 20,
    1987). All labels are judged on the same ``sample_rows`` rows, drawn with ``seed``.

    >>> rows = np.array([[0], [2], [10], [12]], np.float32)
    >>> silhouettes(rows, {2: np.array([0, 0, 1, 1]), 1: np.zeros(4, int)}, 0)
    (Point(k=2, silhouette=0.798), Point(k=1, silhouette=None))
    """
    from sklearn.metrics import pairwise_distances, silhouette_score

    if not labels:
        return ()
    drawn = np.arange(len(rows))
    if len(rows) > sample_rows:
        drawn = np.sort(np.random.default_rng(seed).choice(len(rows), sample_rows, replace=False))
    apart = pairwise_distances(rows[drawn].astype(np.float64))
    np.fill_diagonal(apart, 0.0)
    found = []
    for k, label in labels.items():
        seen = label[drawn]
        defined = 1 < len(np.unique(seen)) < len(seen)
        value = float(silhouette_score(apart, seen, metric="precomputed")) if defined else None
        found.append(Point(k, None if value is None else round(value, 4)))
    return tuple(found)


def best(curve: Sequence[Point]) -> int:
    """The number of clusters with the largest silhouette, the smallest of equal ones; else 1.

    >>> best([Point(2, 0.1), Point(3, 0.4), Point(4, 0.4), Point(5, None)]), best([])
    (3, 1)
    """
    known = [(-point.silhouette, point.k) for point in curve if point.silhouette is not None]
    return min(known)[1] if known else 1
