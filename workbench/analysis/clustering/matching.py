"""Which clusters of a new clustering are the successors of which old ones."""

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]

ENOUGH = 0.5
"""Least overlap of two clusters that are taken for the same."""


def successors(
    old_ids: Ids, old_label: Ids, new_ids: Ids, new_label: Ids, *, enough: float = ENOUGH
) -> dict[int, int]:
    """Old cluster to the new one that holds mostly the same members, one to one.

    ``old_ids`` (n,) and ``new_ids`` (m,) are what was clustered, each once; the labels say in which
    cluster. Overlap is Jaccard's: members in both over members in either. Pairs are taken by
    overlap, the largest first (then by old and new number), and under ``enough`` not at all. From
    one half on that is the best assignment: two clusters that do not meet cannot both overlap a
    third by more.

    >>> ids = np.arange(6)
    >>> successors(ids, np.array([0, 0, 0, 1, 1, 2]), ids, np.array([1, 1, 1, 0, 0, 0]))
    {0: 1, 1: 0}
    """
    _, old_at, new_at = np.intersect1d(old_ids, new_ids, assume_unique=True, return_indices=True)
    pairs, shared = np.unique(
        np.stack([old_label[old_at], new_label[new_at]]), axis=1, return_counts=True
    )
    old_size, new_size = (np.bincount(label) for label in (old_label, new_label))
    either = old_size[pairs[0]] + new_size[pairs[1]] - shared
    overlap = shared / either
    found: dict[int, int] = {}
    for at in np.lexsort((pairs[1], pairs[0], -overlap)):
        old, new = int(pairs[0][at]), int(pairs[1][at])
        if overlap[at] >= enough and old not in found and new not in found.values():
            found[old] = new
    return found


def within(
    old_ids: Ids, new_ids: Ids, new_label: Ids, *, enough: float = ENOUGH
) -> tuple[int, ...]:
    """The new clusters of which at least `enough` of the members are among ``old_ids`` (n,).

    ``new_ids`` (m,) are what was clustered, ``new_label`` (m,) says in which cluster.

    >>> within(np.arange(4), np.arange(8), np.array([0, 0, 0, 1, 1, 1, 2, 2]))
    (0,)
    """
    inside = np.isin(new_ids, old_ids)
    sizes = np.bincount(new_label)
    shares = np.bincount(new_label[inside], minlength=len(sizes)) / np.maximum(sizes, 1)
    return tuple(np.flatnonzero(shares >= enough).tolist())
