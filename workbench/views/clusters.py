"""Clusters of a run's failures, as they were measured and as they are listed now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from workbench.views.case_view import Direction
from workbench.views.compare import Estimate


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What the job measured of a cluster; shares are fractions.

    `queries` counts all queries of the run that are nearest to this centre and `miss_rate` is the
    share of them that fail: known for query features only, as only failures have the others.
    `near` are the other clusters, the nearest first.
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
    near: tuple[int, ...]
    words: tuple[str, ...]
    phrases: tuple[tuple[str, float], ...]
    typical: tuple[int, ...]
    edge: tuple[int, ...]

    @property
    def nearest(self) -> int | None:
        """The cluster with the nearest centre, None if there is no other."""
        return self.near[0] if self.near else None

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
    known = {one.name: stored[one.name] for one in fields(ClusterFacts) if one.name in stored}
    first = stored.get("nearest")  # all that was stored at first
    return ClusterFacts(
        **{
            **known,
            "near": tuple(stored.get("near", () if first is None else (first,))),
            "share": Estimate(**stored["share"]),
            "miss_rate": Estimate(**rate) if rate else None,
            "words": tuple(stored["words"]),
            "phrases": tuple((phrase, score) for phrase, score in stored["phrases"]),
            "typical": tuple(stored["typical"]),
            "edge": tuple(stored["edge"]),
        }
    )


def merged(clusters: Iterable[int], names: Mapping[int, str]) -> tuple[tuple[int, ...], ...]:
    """Return the clusters, those of which people gave several the same name together.

    >>> merged(range(4), {1: "bikes", 3: "bikes", 0: ""})
    ((0,), (1, 3), (2,))
    """
    found: dict[str | int, tuple[int, ...]] = {}
    for cluster in clusters:
        key = names.get(cluster) or cluster
        found[key] = (*found.get(key, ()), cluster)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """A cluster as it is listed: `name` is a person's if `named`, else the list of words.

    `parts` are the numbers of its clusters: those with the same name are one, as people wish, and
    have the facts of all. `labels` counts decided cases by category, `hints` the suggestions
    (None: none), `fixed_by` is (run, its name, how many of the members it hits, of how many).
    """

    name: str
    named: bool
    facts: ClusterFacts
    parts: tuple[int, ...]
    star: bool = False
    typical: tuple[tuple[int, str], ...] = ()
    edge: tuple[tuple[int, str], ...] = ()
    decided: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    hints: Mapping[str | None, int] = field(default_factory=dict)
    fixed_by: tuple[tuple[int, str, int, int], ...] = ()

    @property
    def number(self) -> int:
        """The number it is known by: that of its largest cluster."""
        return self.parts[0]

    @property
    def filter(self) -> str:
        """The filter that lists its cases."""
        return f"cluster:{','.join(map(str, self.parts))}"


@dataclass(frozen=True, slots=True)
class ClusterTable:
    """A clustering with its clusters, that with the largest cluster first."""

    clustering_id: int
    run_id: int
    dataset: str
    name: str
    model: str
    direction: Direction
    k: int
    seed: int
    features: str
    created_at: str
    facts: ClusteringFacts
    rows: tuple[ClusterRow, ...]

    def row(self, number: int | None) -> ClusterRow | None:
        """Return the row that a cluster belongs to."""
        return next((row for row in self.rows if number in row.parts), None)
