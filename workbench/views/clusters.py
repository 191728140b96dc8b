"""Clusters of a run's failures, as they were measured and as they are listed now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from workbench.views.case_view import Direction
from workbench.views.compare import Estimate


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What the job measured of a cluster; shares are fractions.

    `queries` counts all queries of the run that are nearest to this centre and `miss_rate` is the
    share of them that fail: known for query features only, as only failures have the others.
    """

    cluster: int
    size: int
    n_images: int
    share: Estimate
    queries: int | None
    miss_rate: Estimate | None
    lift: float | None
    coherence: float
    mixed: bool
    nearest: int | None
    words: tuple[str, ...]
    phrases: tuple[tuple[str, float], ...]
    typical: tuple[int, ...]
    edge: tuple[int, ...]

    @property
    def auto_name(self) -> str:
        """A list of words: no explanation."""
        return "(mixed, low coherence)" if self.mixed else " ".join(self.words[:4]) or "(no words)"


@dataclass(frozen=True, slots=True)
class ClusteringFacts:
    """What the job measured of a clustering; it is stored as JSON beside it."""

    at_k: int
    where: str
    projection: str
    algorithm: str
    asked_k: int | None
    silhouette: float | None
    curve: tuple[tuple[int, float | None], ...]
    n_queries: int
    n_misses: int
    notes: tuple[str, ...]
    clusters: tuple[ClusterFacts, ...]
    job_id: int | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ClusteringFacts:
        """Read what was stored."""
        known = {one.name: stored[one.name] for one in fields(cls) if one.name in stored}
        return cls(
            **{
                **known,
                "curve": tuple((k, value) for k, value in known["curve"]),
                "notes": tuple(known["notes"]),
                "clusters": tuple(map(_cluster, known["clusters"])),
            }
        )


def _cluster(stored: Mapping[str, Any]) -> ClusterFacts:
    rate = stored["miss_rate"]
    return ClusterFacts(
        **{
            **stored,
            "share": Estimate(**stored["share"]),
            "miss_rate": Estimate(**rate) if rate else None,
            "words": tuple(stored["words"]),
            "phrases": tuple((phrase, score) for phrase, score in stored["phrases"]),
            "typical": tuple(stored["typical"]),
            "edge": tuple(stored["edge"]),
        }
    )


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """A cluster as it is listed: `name` is a person's if `named`, else the list of words.

    `labels` counts decided cases by category, `hints` the suggestions (None: none), `fixed_by` is
    (run, model, how many of the members it hits, of how many).
    """

    name: str
    named: bool
    facts: ClusterFacts
    typical: tuple[tuple[int, str], ...] = ()
    edge: tuple[tuple[int, str], ...] = ()
    decided: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    hints: Mapping[str | None, int] = field(default_factory=dict)
    fixed_by: tuple[tuple[int, str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterTable:
    """A clustering with its clusters, the largest first."""

    clustering_id: int
    run_id: int
    dataset: str
    model: str
    direction: Direction
    k: int
    seed: int
    features: str
    created_at: str
    facts: ClusteringFacts
    rows: tuple[ClusterRow, ...]
