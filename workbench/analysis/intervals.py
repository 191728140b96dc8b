"""95 % intervals of metrics, from resampling images together with their captions.

Queries of one image are not independent, so the image is what is drawn: the cluster bootstrap
(Field & Welsh, "Bootstrapping clustered data", JRSS B 69, 2007), with percentile limits (Efron &
Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13). A resample is held as a weight
per image, the number of times it was drawn; a mean is then a ratio of two weighted sums over
images, and the median a place in the cumulated weights of the sorted ranks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from workbench.analysis.metrics import (
    MEDIAN_RANK,
    METRICS,
    R_MEAN,
    RECALLS,
    per_query,
    r_mean,
)
from workbench.analysis.metrics import metrics as point_estimates
from workbench.analysis.ranking import Ranking, Retrieval
from workbench.analysis.weighted_median import WeightedMedian

Floats = npt.NDArray[np.float64]

MIN_IMAGES = 10
LEVELS = (2.5, 97.5)
CELLS_AT_A_TIME = 1 << 18
"""Held up to four times over: the face computes intervals too, and is to stay small."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A metric's value and its 95 % limits; no limits under ten images."""

    value: float
    low: float | None = None
    high: float | None = None


def summarise(
    retrieval: Retrieval,
    caption_image: npt.NDArray[np.integer],
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> dict[str, dict[str, Interval]]:
    """All metrics with intervals: ``{"t2i": {...}, "i2t": {...}, "both": {"r_mean": ...}}``.

    Args:
        retrieval: of ``rank_retrieval``.
        caption_image: (n_captions,) row of each caption's image, as given there.
        seed: of the resampling; the same seed gives the same intervals.
        resamples: number of bootstrap resamples.

    >>> from workbench.analysis.ranks import rank_retrieval
    >>> images = np.eye(16, dtype=np.float32)
    >>> captions = images[[0, 0, *range(2, 16)]]
    >>> retrieval = rank_retrieval(images, captions, np.arange(16))
    >>> summarise(retrieval, np.arange(16))["t2i"]["R@1"]
    Interval(value=0.9375, low=0.8125, high=1.0)
    """
    directions = {"t2i": retrieval.t2i, "i2t": retrieval.i2t}
    image = retrieval.i2t.query  # the images that take part, in order
    clusters = {
        "t2i": np.searchsorted(image, np.asarray(caption_image)[retrieval.t2i.query]),
        "i2t": np.arange(image.size),
    }
    points = {name: point_estimates(ranking) for name, ranking in directions.items()}
    values = {**points, "both": {R_MEAN: r_mean(retrieval)}}
    if image.size < MIN_IMAGES:
        return {
            name: {metric: Interval(value) for metric, value in row.items()}
            for name, row in values.items()
        }
    replicates = {
        name: replicate(ranking, clusters[name], image.size, seed=seed, resamples=resamples)
        for name, ranking in directions.items()
    }
    recalls = [replicates[name][metric] for name in directions for metric in RECALLS]
    replicates["both"] = {R_MEAN: np.mean(recalls, axis=0)}
    return {
        name: {metric: percentile_interval(row[metric], replicates[name][metric]) for metric in row}
        for name, row in values.items()
    }


def replicate(
    ranking: Ranking,
    cluster: npt.NDArray[np.integer],
    n_clusters: int,
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> dict[str, Floats]:
    """Each metric's bootstrap replicates (resamples,), by name.

    ``cluster`` (n_queries,) numbers the image of each query from 0 to ``n_clusters - 1``. Equal
    seeds draw the same images in either direction and for any run over them, so differences of
    replicates are paired.
    """
    found = replicate_columns(
        per_query(ranking),
        {MEDIAN_RANK: ranking.rank},
        cluster,
        n_clusters,
        seed=seed,
        resamples=resamples,
    )
    return {name: found[name] for name in METRICS}


def replicate_columns(
    means: Mapping[str, npt.NDArray[np.float64]],
    medians: Mapping[str, npt.NDArray[np.int64]],
    cluster: npt.NDArray[np.integer],
    n_clusters: int,
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> dict[str, Floats]:
    """Bootstrap replicates (resamples,) of the mean or the median of columns (n,), by name.

    All columns see the same draws, so what is computed from several replicates is paired.
    ``cluster`` (n,) is as in ``replicate``.
    """
    sums = [np.bincount(cluster, column, n_clusters) for column in means.values()]
    sizes = np.bincount(cluster, minlength=n_clusters).astype(np.float64)
    per_image = np.stack([*sums, sizes], axis=1)  # (n_clusters, n_means + 1)
    middles = {
        name: WeightedMedian(column, cluster, n_clusters) for name, column in medians.items()
    }
    totals = []
    found: dict[str, list[Floats]] = {name: [] for name in medians}
    with threadpool_limits(1, user_api="blas"):  # products this small only wait for each other
        for weights in resample(n_clusters, seed=seed, resamples=resamples):
            totals.append(weights @ per_image)
            for name, median in middles.items():
                found[name].append(median(weights))
    total = np.concatenate(totals)
    ratios = total[:, :-1] / total[:, -1:]
    by_median = {name: np.concatenate(blocks) for name, blocks in found.items()}
    return {**dict(zip(means, ratios.T, strict=True)), **by_median}


def resample(
    n: int, *, seed: int, resamples: int, cells: int = CELLS_AT_A_TIME
) -> Iterator[Floats]:
    """How often each of ``n`` images is drawn: blocks (resamples, n) of at most about ``cells``.

    The draws do not depend on ``cells``.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    rows = max(1, cells // n)
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        drawn = random.integers(n, size=(count, n))
        drawn += n * np.arange(count)[:, None]
        times = np.bincount(drawn.ravel(), minlength=count * n)
        yield times.reshape(count, n).astype(np.float64)


def percentile_interval(value: float, replicates: Floats) -> Interval:
    """``value`` between the 2.5th and the 97.5th percentile of its replicates (resamples,)."""
    low, high = np.percentile(replicates, LEVELS)
    return Interval(value, float(low), float(high))
