"""Columns with one entry per query, checked before anything is computed from them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import QueryError

Rows = npt.NDArray[np.int64]


def checked_ranks(rank: npt.NDArray[Any], run: str) -> Rows:
    """``rank`` (n,) as whole numbers.

    Raises:
        QueryError: a rank is NaN, infinite, no whole number or below 1; names ``run`` and row.

    >>> checked_ranks(np.array([1.0, np.nan]), "run A")
    Traceback (most recent call last):
    workbench.analysis.errors.QueryError: run A: the rank of query 1 is nan, not a number from 1 on
    """
    ranks = np.asarray(rank)
    if ranks.ndim != 1 or ranks.dtype.kind not in "iuf":
        raise QueryError(
            f"{run}: ranks must be one number a query, not {ranks.dtype} {ranks.shape}"
        )
    bad = ~(np.isfinite(ranks) & (ranks >= 1) & (ranks == np.floor(ranks)))
    if bad.any():
        row = int(bad.argmax())
        raise QueryError(f"{run}: the rank of query {row} is {ranks[row]}, not a number from 1 on")
    return ranks.astype(np.int64)


def checked_flags(flags: npt.NDArray[np.bool_], name: str) -> npt.NDArray[np.bool_]:
    """``flags`` (n,); QueryError if they are not booleans."""
    marks = np.asarray(flags)
    if marks.ndim != 1 or marks.dtype != np.bool_:
        raise QueryError(f"{name} must be one boolean a query, not {marks.dtype} {marks.shape}")
    return marks


def checked_shares(shares: npt.NDArray[np.floating], run: str) -> npt.NDArray[np.float64]:
    """``shares`` (n,), each from 0 to 1; QueryError names ``run`` and the first that is not."""
    values = np.asarray(shares, np.float64)
    bad = ~((values >= 0) & (values <= 1))
    if bad.any():
        row = int(bad.argmax())
        raise QueryError(f"{run}: the share of query {row} is {values[row]}, not from 0 to 1")
    return values


def same_length(**columns: npt.NDArray[Any]) -> int:
    """The number of queries; QueryError if the columns do not agree on it."""
    shapes = {name: np.shape(column) for name, column in columns.items()}
    if len(set(shapes.values())) != 1:
        sizes = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise QueryError(f"columns must have one entry for the same queries: {sizes}")
    return int(next(iter(shapes.values()))[0])


def numbered(cluster: npt.NDArray[np.integer]) -> tuple[Rows, int]:
    """Any integers that tell images apart (n,), numbered from 0, and how many there are.

    >>> numbered(np.array([70, 12, 70]))[0].tolist()
    [1, 0, 1]
    """
    ids = np.asarray(cluster)
    if ids.ndim != 1 or not np.issubdtype(ids.dtype, np.integer):
        raise QueryError(f"images must be one integer a query, not {ids.dtype} {ids.shape}")
    distinct, numbers = np.unique(ids, return_inverse=True)
    return numbers.astype(np.int64), distinct.size
