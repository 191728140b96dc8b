"""How blind a model is to a category: how often it takes an edited caption for the true one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.analysis.intervals import (
    MIN_IMAGES,
    Interval,
    percentile_interval,
    replicate_columns,
)
from workbench.analysis.proportion import wilson
from workbench.analysis.queries import numbered, same_length
from workbench.analysis.rounding import ROUNDING


@dataclass(frozen=True, slots=True)
class Blindness:
    """The share of edits that score the true image at least as high, with its 95 % interval."""

    n_queries: int
    n_images: int
    n_edits: int
    share: Interval
    sensitivity: float

    @property
    def few(self) -> bool:
        """Too few images for an interval."""
        return self.n_images < MIN_IMAGES


def blindness(
    query: npt.NDArray[np.integer],
    image: npt.NDArray[np.integer],
    sensitivity: npt.NDArray[np.floating],
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> Blindness:
    """Blindness of a model to a category from its edits (n,), several of which are of one query.

    A query counts with the share of its edits to which the model is blind, and every query counts
    the same. "Any edit" would grow with the number of edits and "all" shrink; the mean does
    neither. A model that cannot tell the captions apart, and whose scores differ by chance,
    reaches 50 %; one whose scores do not differ at all 100 %. Images are resampled with their
    queries (`intervals`). If all or none are blind the bootstrap would claim certainty: the
    interval is then Wilson's for as many independent images.

    >>> rows = np.arange(20)
    >>> found = blindness(rows // 2, rows // 2, np.where(rows % 2, 0.1, -0.1))
    >>> found.n_queries, found.share.value
    (10, 0.5)
    """
    n = same_length(query=query, image=image, sensitivity=sensitivity)
    if not n:
        return Blindness(0, 0, 0, Interval(float("nan")), float("nan"))
    queries, n_queries = numbered(query)
    sizes = np.bincount(queries, minlength=n_queries)
    blind = np.bincount(queries, np.asarray(sensitivity) <= ROUNDING, n_queries) / sizes
    owner = np.zeros(n_queries, np.int64)
    owner[queries] = image
    clusters, n_images = numbered(owner)
    share = float(blind.mean())
    mean = float((np.bincount(queries, sensitivity, n_queries) / sizes).mean())
    if n_images < MIN_IMAGES:
        interval = Interval(share)
    elif share in (0.0, 1.0):
        interval = wilson(share, n_images, 1.96)
    else:
        columns: Mapping[str, npt.NDArray[np.float64]] = {"blind": blind}
        drawn = replicate_columns(columns, {}, clusters, n_images, seed=seed, resamples=resamples)
        interval = percentile_interval(share, drawn["blind"])
    return Blindness(n_queries, n_images, n, interval, mean)
