"""Retrieval metrics of one direction: each is the mean of a number per query, or the median rank.

``R@K`` counts a query as found if any positive ranks within K, as CLIP and BLIP report it. Shares
are fractions. ``r_precision`` and ``map_at_r`` follow Musgrave et al., "A Metric Learning Reality
Check", ECCV 2020, section 3.2.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from workbench.analysis.ranking import Ranking, Retrieval

RECALL_AT: Final = (1, 5, 10)
RECALLS: Final = tuple(f"R@{k}" for k in RECALL_AT)
MEDIAN_RANK: Final = "median_rank"
RANK_MEANS: Final = (*RECALLS, "mean_rank", "MRR")
MEANS: Final = (*RANK_MEANS, "r_precision", "map_at_r")
METRICS: Final = (*RECALLS, MEDIAN_RANK, "mean_rank", "MRR", "r_precision", "map_at_r")
R_MEAN: Final = "r_mean"


def per_rank(rank: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float64]]:
    """For each mean that ranks (n_queries,) alone decide, by name, the numbers it is the mean of.

    >>> per_rank(np.array([1, 4]))["MRR"].tolist()
    [1.0, 0.25]
    """
    columns = (*(rank <= k for k in RECALL_AT), rank, 1 / rank)
    return {
        name: np.asarray(column, np.float64)
        for name, column in zip(RANK_MEANS, columns, strict=True)
    }


def per_query(ranking: Ranking) -> dict[str, npt.NDArray[np.float64]]:
    """For each metric that is a mean, by name, the numbers (n_queries,) it is the mean of.

    Without kept hits (k = 0) ``r_precision`` and ``map_at_r`` are NaN throughout.

    >>> from workbench.analysis.ranks import rank_retrieval
    >>> images = np.eye(3, 8, dtype=np.float32)
    >>> retrieval = rank_retrieval(images, images[[0, 2, 2]], np.arange(3))
    >>> per_query(retrieval.t2i)["R@1"].tolist()
    [1.0, 0.0, 1.0]
    """
    precisions = {"r_precision": ranking.r_precision, "map_at_r": ranking.ap_at_r}
    return {**per_rank(ranking.rank), **precisions}


def metrics(ranking: Ranking) -> dict[str, float]:
    """All metrics of one direction by name, in the order of ``METRICS``; NaN without queries.

    >>> from workbench.analysis.ranks import rank_retrieval
    >>> images = np.eye(3, 8, dtype=np.float32)
    >>> retrieval = rank_retrieval(images, images[[0, 2, 2]], np.arange(3))
    >>> {name: round(value, 3) for name, value in metrics(retrieval.t2i).items()}
    ... # doctest: +NORMALIZE_WHITESPACE
    {'R@1': 0.667, 'R@5': 1.0, 'R@10': 1.0, 'median_rank': 1.0, 'mean_rank': 1.667, 'MRR': 0.778,
     'r_precision': 0.667, 'map_at_r': 0.667}
    """
    if not ranking.rank.size:
        return dict.fromkeys(METRICS, float("nan"))
    values = {name: float(column.mean()) for name, column in per_query(ranking).items()}
    values[MEDIAN_RANK] = float(np.median(ranking.rank))
    return {name: values[name] for name in METRICS}


def r_mean(retrieval: Retrieval) -> float:
    """Mean of R@1, R@5 and R@10 of both directions: the usual single figure of a run."""
    directions = metrics(retrieval.t2i), metrics(retrieval.i2t)
    return float(np.mean([values[name] for values in directions for name in RECALLS]))
