"""Failures that are alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.records.direction import Direction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Clustering:
    """A k-means clustering of a run's failures; `result` is what its job chose to keep."""

    id: int
    run_id: int
    direction: Direction
    k: int
    seed: int
    features: str
    result: Mapping[str, Any]
    created_at: str


@dataclass(frozen=True, slots=True)
class ClusterMembers:
    """Which query lies in which cluster, as columns."""

    query_id: NDArray[np.int64]  # (n,)
    cluster: NDArray[np.int64]  # (n,)
    distance: NDArray[np.floating[Any]]  # (n,), to the cluster's centre
    x: NDArray[np.floating[Any]]  # (n,), position on the map
    y: NDArray[np.floating[Any]]  # (n,)


@dataclass(frozen=True, slots=True)
class ClusterName:
    """What a person named a cluster, and whether it is starred; an empty name is none."""

    cluster: int
    name: str
    annotator: str
    at: str
    star: bool = False
