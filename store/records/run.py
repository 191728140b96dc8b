"""Models and what was measured of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from store.records.direction import Direction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Model:
    """A model with weights."""

    id: int
    spec: str
    plugin: str
    name: str
    weights: str
    fingerprint: str
    parameters: int | None
    embedding_dim: int


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation; what it is called on screen comes from its data set and model."""

    id: int
    dataset_id: int
    model_id: int
    dataset: str
    split: str
    model: str
    stage: str
    status: str
    protocol: Mapping[str, Any]
    job_id: int | None
    seconds: float
    images_per_s: float | None
    captions_per_s: float | None
    peak_memory_bytes: int | None
    created_at: str
    pairs_per_s: float | None = None
    first_run_id: int | None = None  # of a re-ranked run: the run whose first candidates it took
    efficiency: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """A number of a run with its 95 % interval (None where there is none).

    `direction` is "both" for a number over both directions (`r_mean`).
    """

    direction: Direction | Literal["both"]
    name: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RankTable:
    """The results of a run in one direction as columns, one row a query.

    `top_id` is the first candidate, a wrong one if the rank is above 1; -1 where the gallery holds
    no wrong candidate: its score is then not looked at and the margin may be NaN or infinite.
    `hit_ids` is padded with -1.
    """

    direction: Direction
    query_id: NDArray[np.int64]  # (n,)
    rank: NDArray[np.int64]  # (n,), 1-based
    positive_id: NDArray[np.int64]  # (n,)
    positive_score: NDArray[np.floating[Any]]  # (n,)
    top_id: NDArray[np.int64]  # (n,)
    top_score: NDArray[np.floating[Any]]  # (n,)
    margin: NDArray[np.floating[Any]]  # (n,)
    r_precision: NDArray[np.floating[Any]]  # (n,)
    hit_ids: NDArray[np.int64]  # (n, k), best first
    hit_scores: NDArray[np.floating[Any]]  # (n, k)


@dataclass(frozen=True, slots=True)
class RunQueries:
    """The queries of a run in one direction, as columns in query order."""

    query_id: NDArray[np.int64]  # (n,)
    rank: NDArray[np.int64]  # (n,)
    top_id: NDArray[np.int64]  # (n,), the first candidate
    image_id: NDArray[np.int64]  # (n,), the query's image


@dataclass(frozen=True, slots=True)
class Space:
    """What was measured of the space of a run's vectors with certain options."""

    id: int
    run_id: int
    options: Mapping[str, Any]
    result: Mapping[str, Any]
    created_at: str
