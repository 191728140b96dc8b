"""Medians of many resamples at once, when a resample is a weight per image."""

import numpy as np
import numpy.typing as npt

BINS = 32

Floats = npt.NDArray[np.float64]


class WeightedMedian:
    """Median of ``values`` (n,) when each counts as often as its cluster was drawn.

    ``cluster`` (n,) numbers the cluster of each value from 0 to ``n_clusters - 1``. The sorted
    values are cut in bins, whose weights are one matrix product for all resamples; only the few
    bins that hold a middle are then looked at value by value.

    >>> median = WeightedMedian(np.array([7, 1, 3]), np.array([0, 1, 1]), 2)
    >>> median(np.array([[1.0, 1.0], [1.0, 0.0], [2.0, 1.0]])).tolist()
    [3.0, 7.0, 5.0]
    """

    def __init__(
        self, values: npt.NDArray[np.int64], cluster: npt.NDArray[np.integer], n_clusters: int
    ) -> None:
        order = np.argsort(values, kind="stable")
        self._values = values[order]
        self._cluster = np.asarray(cluster)[order]
        self._bin = np.arange(values.size) * BINS // values.size
        cells = np.bincount(self._cluster * BINS + self._bin, minlength=n_clusters * BINS)
        self._sizes = cells.reshape(n_clusters, BINS).astype(np.float64)

    def __call__(self, weights: Floats) -> Floats:
        """Medians (resamples,) under ``weights`` (resamples, n_clusters), whole numbers."""
        reached = (weights @ self._sizes).cumsum(axis=1)  # (resamples, BINS), exact
        drawn = reached[:, -1:]
        middles = np.hstack([(drawn - 1) // 2, drawn // 2])
        bins = (reached[:, None, :] <= middles[:, :, None]).sum(axis=2)
        start = int(np.searchsorted(self._bin, bins.min()))
        stop = int(np.searchsorted(self._bin, bins.max(), "right"))
        before = reached[:, bins.min() - 1, None] if bins.min() else 0.0
        near = weights[:, self._cluster[start:stop]].cumsum(axis=1) + before
        places = [row.searchsorted(at, "right") for row, at in zip(near, middles, strict=True)]
        return np.asarray(self._values[start + np.array(places)].mean(axis=1), np.float64)
