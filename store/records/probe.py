"""Edits of queries and what a model makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ProbeQuery:
    """A query to be probed: the caption that is edited, and the true image."""

    query_id: int
    image_id: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """An edit of a query, scored against the true image like the query itself."""

    query_id: int
    category: str
    position: int
    edited: str
    edit: Mapping[str, Any]
    score: float
    edited_score: float


@dataclass(frozen=True, slots=True)
class ProbeColumns:
    """The edits of a category as columns; several are of one query."""

    query_id: NDArray[np.int64]  # (n,)
    image_id: NDArray[np.int64]  # (n,), the true image
    rank: NDArray[np.int64]  # (n,)
    sensitivity: NDArray[np.float64]  # (n,), at most 0: blind
