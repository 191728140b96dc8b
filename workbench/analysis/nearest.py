"""The nearest of many vectors to one, and where a score lies among others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BLOCK = 8_192
"""Rows of a product at a time: of 512 numbers each, 16 MiB."""
_SPARE = 16


def nearest(
    vectors: Vectors, query: Vectors, k: int, *, without: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return rows (up to k,) and scores of the vectors (n, d) nearest to a query (d,).

    A score is a float64 dot product: the cosine, as all rows have length 1. Rows of zeros stand
    for images that cannot be read and are left out; so is the row `without`. Ties: lower row first.

    >>> nearest(np.eye(3, dtype=np.float32), np.float32([0, 1, 0]), 1)
    (array([1]), array([1.]))
    """
    scores = cosines(vectors, query)
    zero = np.flatnonzero(scores == 0)
    scores[zero[~vectors[zero].any(axis=1)]] = -np.inf
    if without is not None:
        scores[without] = -np.inf
    # float32 decides who may be among the first; their order is that of the exact scores.
    some = min(len(scores), k + _SPARE)
    rows = np.sort(np.argpartition(-scores, some - 1)[:some]) if some else np.empty(0, np.int64)
    rows = rows[np.isfinite(scores[rows])]
    exact = vectors[rows].astype(np.float64) @ query.astype(np.float64)
    first = np.argsort(-exact, kind="stable")[:k]
    return rows[first], exact[first]


def cosines(vectors: Vectors, query: Vectors) -> NDArray[np.float32]:
    """Return the products (n,) of vectors (n, d) with one (d,), a block of rows at a time.

    >>> cosines(np.eye(2, dtype=np.float32), np.float32([0, 1])).tolist()
    [0.0, 1.0]
    """
    scores = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), BLOCK):
        scores[start : start + BLOCK] = vectors[start : start + BLOCK] @ query
    return scores


def share_below(ordered: NDArray[np.float64], score: float) -> float:
    """Return the share of scores, in ascending order, that are lower; nan where there are none.

    >>> share_below(np.array([0.1, 0.2, 0.3, 0.4]), 0.3)
    0.5
    """
    return float(np.searchsorted(ordered, score) / len(ordered)) if len(ordered) else float("nan")
