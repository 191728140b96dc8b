"""k-means that gives the same clusters for the same rows, in whatever order they come.

Rows are put into the order of their content before anything is drawn or summed, everything drawn
has a seed, and one thread computes: with several, sums depend on which of them ends first.
Clusters are numbered by size, the largest is 0; of equal sizes the one whose first row comes first
by content.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from workbench.analysis.clustering.silhouette import Point, best, silhouettes
from workbench.analysis.errors import VectorError

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Tick = Callable[[int, int], None]
"""Is told how many numbers of clusters were tried, and of how many; may raise to stop."""
Algorithm = Literal["KMeans", "MiniBatchKMeans"]

MINI_BATCH_ABOVE = 50_000
STARTS = {"KMeans": 4, "MiniBatchKMeans": 3}
"""How often k-means++ begins anew; the tightest clusters are kept."""
BATCH_ROWS = 4_096
SEARCH_ROWS = 10_000
"""The number of clusters is looked for among so many rows at most."""
TRIED = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20)


@dataclass(frozen=True, slots=True)
class Clusters:
    """A clustering of n rows into k clusters, none of them empty.

    label      (n,) from 0 to k - 1
    centre     (k, d)
    distance   (n,) Euclidean, to the centre of the row's cluster
    algorithm  of scikit-learn
    curve      mean silhouette for each number of clusters that was looked at
    distinct   how many of the rows differ: there cannot be more clusters
    """

    label: Rows
    centre: Floats
    distance: npt.NDArray[np.float64]
    algorithm: Algorithm
    curve: tuple[Point, ...]
    distinct: int

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.centre)


def k_means(
    rows: Floats, k: int | None, *, seed: int = 0, tick: Tick = lambda done, total: None
) -> Clusters:
    """Cluster ``rows`` (n, d) into ``k`` clusters, fewer where fewer rows differ.

    Without ``k`` it is the number among ``TRIED`` with the largest mean silhouette. k-means++
    (Arthur & Vassilvitskii, SODA 2007) with Lloyd's iterations, above ``MINI_BATCH_ABOVE`` rows in
    mini-batches (Sculley, WWW 2010), both of scikit-learn.

    Raises:
        VectorError: no rows, or NaN or an infinite value among them.

    >>> rows = np.array([[0, 0], [9, 9], [0, 1], [0, 2], [9, 8]], np.float32)
    >>> k_means(rows, 2).label.tolist(), k_means(rows[[1, 4, 0, 2, 3]], 2).label.tolist()
    ([0, 1, 0, 0, 1], [1, 1, 0, 0, 0])
    """
    if rows.ndim != 2 or not len(rows):
        raise VectorError(f"there is nothing to cluster in {rows.shape}")
    if not np.isfinite(rows).all():
        raise VectorError("a row to be clustered holds NaN or infinity")
    order, distinct = by_content(rows)
    rows = rows[order]
    algorithm: Algorithm = "MiniBatchKMeans" if len(rows) > MINI_BATCH_ABOVE else "KMeans"
    if k is None:
        curve = _search(rows, distinct, seed, tick)
        k = best(curve)
    else:
        curve = None
        k = min(k, distinct)
    label, centre = _numbered(*_fit(rows, k, seed, algorithm))
    if curve is None:
        curve = silhouettes(rows, {len(centre): label}, seed)
    found = np.empty_like(label)
    found[order] = label
    distance = np.empty(len(rows))
    distance[order] = np.linalg.norm(rows - centre[label], axis=1)
    return Clusters(found, centre, distance, algorithm, curve, distinct)


def by_content(rows: Floats) -> tuple[Rows, int]:
    """An order (n,) of ``rows`` (n, d) that depends on their content alone, and how many differ.

    >>> by_content(np.array([[2, 0], [1, 0], [2, 0]], np.float32))[1]
    2
    """
    plain = np.ascontiguousarray(rows + np.float32(0))  # -0.0 is 0.0
    keys = plain.view(np.dtype((np.void, plain.itemsize * plain.shape[1])))[:, 0]
    order = np.argsort(keys, kind="stable")
    sorted_rows = plain[order]
    return order, 1 + int((sorted_rows[1:] != sorted_rows[:-1]).any(axis=1).sum())


def _search(rows: Floats, distinct: int, seed: int, tick: Tick) -> tuple[Point, ...]:
    """The silhouette of every number of clusters that can be tried, on rows in order."""
    if len(rows) > SEARCH_ROWS:
        drawn = np.random.default_rng(seed).choice(len(rows), SEARCH_ROWS, replace=False)
        rows = rows[np.sort(drawn)]
        distinct = by_content(rows)[1]
    # As many clusters as rows that differ tell nothing.
    tried = [k for k in TRIED if k < distinct]
    labels = {}
    for done, k in enumerate(tried):
        tick(done, len(tried))
        labels[k] = _fit(rows, k, seed, "KMeans")[0]
    tick(len(tried), len(tried))
    return silhouettes(rows, labels, seed)


def _fit(rows: Floats, k: int, seed: int, algorithm: Algorithm) -> tuple[Rows, Floats]:
    from sklearn.cluster import KMeans, MiniBatchKMeans

    options = {"init": "k-means++", "n_init": STARTS[algorithm], "random_state": seed}
    model = (
        MiniBatchKMeans(k, batch_size=BATCH_ROWS, **options)
        if algorithm == "MiniBatchKMeans"
        else KMeans(k, **options)
    )
    with threadpool_limits(1):
        model.fit(rows)
    return model.labels_.astype(np.int64), model.cluster_centers_.astype(np.float32)


def _numbered(label: Rows, centre: Floats) -> tuple[Rows, Floats]:
    """The same clusters without empty ones, numbered by size, then by their first row."""
    there, first, size = np.unique(label, return_index=True, return_counts=True)
    ranked = there[np.lexsort((first, -size))]
    number = np.empty(len(centre), np.int64)
    number[ranked] = np.arange(len(ranked))
    return number[label], centre[ranked]
