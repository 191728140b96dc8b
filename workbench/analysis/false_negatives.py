"""How likely a wrongly retrieved item is right as well, from captions, models and pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEAR_DUPLICATE = 8
"""Images whose perceptual hashes differ in at most so many of 64 bits count as near-duplicates."""

LEAST_AGREEMENT = 0.01
"""Captions never rule a pair out, nor settle it: so far at least from 0 and from 1."""

LISTED = 0.1
"""A pair that is less likely is no candidate."""


def missing_pair_scores(
    agreement: NDArray[np.float64],
    models: NDArray[np.float64],
    distance: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how likely each of n retrieved items is right as well, (n,) in (0, 1).

    agreement  (n,) in [0, 1], how likely by the captions of both sides alone
    models     (n,) in [0, 1], share of the other models that retrieve it above the truth too
    distance   (n,) of the perceptual hashes of both images in bits, NaN where unknown

    The log-odds of the agreement, plus the share of models, plus 1 for a near-duplicate. What is
    added is small: models and pixels raise what captions support, and cannot make a candidate
    alone, since images that differ only in what the query asks for (one dog more) look alike and
    are retrieved by all.
    """
    likely = np.clip(agreement, LEAST_AGREEMENT, 1 - LEAST_AGREEMENT)
    near = np.nan_to_num(distance, nan=np.inf) <= NEAR_DUPLICATE
    log_odds = np.log(likely / (1 - likely)) + models + near
    scores: NDArray[np.float64] = 1 / (1 + np.exp(-log_odds))
    return scores


def hash_distances(
    a: NDArray[np.uint64], b: NDArray[np.uint64], known: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return in how many bits 64-bit hashes (n,) differ, NaN where not both are known."""
    bits = np.bitwise_count(a ^ b).astype(np.float64)
    return np.where(known, bits, np.nan)
