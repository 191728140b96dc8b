"""Hubs: items that turn up among the first hits of very many queries, and items that never do."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hubness:
    """How often each of n items is among the first k hits: its k-occurrence N_k.

    occurrence  N_k (n,)
    skewness    of N_k; NaN where all are equal
    never       how many items are among nobody's first k
    """

    occurrence: Rows
    skewness: float
    never: int


def hubness(hits: Rows, n_items: int) -> Hubness:
    """The k-occurrence of ``n_items`` in ``hits`` (n_queries, k), rows of items; -1 is no hit.

    The skewness is the third standardised moment of N_k. Random neighbours give about 0; the more
    a few items crowd the lists of everybody, the larger it is, which comes with the dimension of
    the space.

    Source: Radovanovic, Nanopoulos & Ivanovic, "Hubs in Space: Popular Nearest Neighbors in
    High-Dimensional Data", JMLR 11, 2010.

    >>> found = hubness(np.array([[0, 1], [0, 2], [0, -1]]), 4)
    >>> found.occurrence.tolist(), round(found.skewness, 4), found.never
    ([3, 1, 1, 0], 0.652, 1)
    """
    occurrence = np.bincount(hits[hits >= 0], minlength=n_items)
    away = occurrence - occurrence.mean() if n_items else np.zeros(0)
    spread = float((away**2).mean()) if n_items else 0.0
    skewness = float((away**3).mean()) / spread**1.5 if spread > 0 else float("nan")
    return Hubness(occurrence, skewness, int((occurrence == 0).sum()))


def jaccard(hits_a: Rows, hits_b: Rows) -> npt.NDArray[np.float64]:
    """Per query, how much two models' first hits overlap: shared over all, (n,).

    ``hits_a``, ``hits_b`` (n, k) are items without repetition, best first or in any order; -1 is
    no hit. Two empty lists give NaN.

    Source: Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11, 1912.

    >>> jaccard(np.array([[1, 2, 3]]), np.array([[3, 4, -1]])).tolist()
    [0.25]
    """
    together = np.sort(np.concatenate([hits_a, hits_b], axis=1), axis=1)
    shared = ((together[:, 1:] == together[:, :-1]) & (together[:, 1:] >= 0)).sum(axis=1)
    either = (hits_a >= 0).sum(axis=1) + (hits_b >= 0).sum(axis=1) - shared
    return np.where(either > 0, shared / np.maximum(either, 1), np.nan)
