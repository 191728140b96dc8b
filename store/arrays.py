"""Columns of rows as arrays; numpy is imported with the first one, as lists do without it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def integers(values: Iterable[int]) -> NDArray[np.int64]:
    """Return whole numbers as an array (n,)."""
    import numpy as np

    return np.fromiter(values, dtype=np.int64)


def reals(values: Iterable[float]) -> NDArray[np.float64]:
    """Return numbers as an array (n,)."""
    import numpy as np

    return np.fromiter(values, dtype=np.float64)


def integer_columns(rows: Iterable[tuple[int, ...]], n: int) -> tuple[NDArray[np.int64], ...]:
    """Return the `n` columns of rows of whole numbers, each contiguous."""
    import numpy as np

    table = np.array(list(rows), dtype=np.int64).reshape(-1, n)
    return tuple(np.ascontiguousarray(column) for column in table.T)


def names(values: Iterable[str]) -> NDArray[Any]:
    """Return texts as an array of str (n,)."""
    import numpy as np

    return np.array(list(values), dtype=np.str_)
