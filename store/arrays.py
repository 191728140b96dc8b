"""Columns of rows as arrays; numpy is imported with the first one, as lists do without it."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


PIECE = 1 << 16
"""Characters that are read at a time."""
_kept: WeakValueDictionary[int, NDArray[np.integer]] = WeakValueDictionary()
"""What `narrow` has returned and somebody keeps."""


def integers_of_json(text: str) -> array[int]:
    """Return the whole numbers of a JSON list without spaces, in four bytes each where all fit.

    In pieces: the room of a list of all of them would stay with the interpreter.
    """
    found, at, end = array("q"), 1, len(text) - 1
    while at < end:
        comma = text.find(",", at + PIECE)
        stop = comma if comma >= 0 else end
        found.extend(json.loads(f"[{text[at:stop]}]"))
        at = stop + 1
    try:
        return array("i", found)
    except OverflowError:
        return found


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

    # Row by row into the array: a list of all rows would take eight times as much.
    table = np.fromiter(rows, dtype=np.dtype((np.int64, n)))
    return tuple(np.ascontiguousarray(column) for column in table.T)


def narrow(values: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return whole numbers that are kept for long, read-only.

    In four bytes each where all of them fit; the array that somebody keeps already if it is equal,
    as the queries of all runs on a data set are.
    """
    import numpy as np

    limits = np.iinfo(np.int32)
    fit = limits.min <= values.min(initial=0) and values.max(initial=0) <= limits.max
    kept: NDArray[np.integer] = values.astype(np.int32 if fit else np.int64)
    for other in tuple(_kept.values()):
        if other.dtype == kept.dtype and np.array_equal(other, kept):
            return other
    kept.flags.writeable = False
    _kept[id(kept)] = kept
    return kept


def names(values: Iterable[str]) -> NDArray[Any]:
    """Return texts as an array of str (n,)."""
    import numpy as np

    return np.array(list(values), dtype=np.str_)
