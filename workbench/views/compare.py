"""Two runs on the same queries, and all runs of a data set, as numbers ready to be written.

Shares are fractions and `difference` is B - A. Texts may hold what users typed: the presenters
make them plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.views.case_view import CaseView, Direction
from workbench.views.place import QuadrantName
from workbench.views.verdict import Verdict

Cost = Literal["gflops", "parameters", "seconds"]
Quality = Literal["r_mean", "t2i R@1"]

FEW = 10
"""Under so many queries, or images, a share has no interval and is called few."""


@dataclass(frozen=True, slots=True)
class RunChoice:
    """A finished run that can be compared; R@1 is None where the run does not have it.

    `name` is short, and no other run of the data set has it.
    """

    run_id: int
    dataset_id: int
    dataset: str
    name: str
    model: str
    stage: str
    created_at: str
    t2i: float | None
    i2t: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval; no limits where there are too few images."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A metric of both runs and B - A, whose interval resamples images for both at once."""

    name: str
    a: Estimate
    b: Estimate
    difference: Estimate


@dataclass(frozen=True, slots=True)
class Quadrant:
    """Queries that the runs hit or miss alike.

    `filter` selects them in the cases of run A, `filter_b` in those of run B.
    """

    name: QuadrantName
    a_hit: bool
    b_hit: bool
    n: int
    filter: str
    filter_b: str


@dataclass(frozen=True, slots=True)
class FixedCategory:
    """A's misses of one category and how many of them B hits: a fix rate, never a recall.

    `decided` tells labels of people from suggestions. `broken` counts B's misses of the category
    that A hits. `p` is McNemar's exact p-value of fixed against broken, `p_adjusted` Holm's over
    the categories; both are None where labels do not treat the two runs alike.
    """

    category: str
    code: str
    decided: bool
    fixed: int
    n: int
    share: Estimate
    broken: int
    p: float | None = None
    p_adjusted: float | None = None

    @property
    def few(self) -> bool:
        """Too few misses for an interval."""
        return self.n < FEW or self.share.low is None


@dataclass(frozen=True, slots=True)
class FixedCluster:
    """A's misses in one of its clusters and how many of them B hits: a fix rate, no recall."""

    cluster: int
    name: str
    fixed: int
    n: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class ProtocolDifference:
    """A part of the protocol in which the runs differ, as written; "none" where it is absent."""

    name: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class RankGrid:
    """How many queries have which pair of ranks, on a logarithmic scale.

    Band i holds the ranks over `bounds[i - 1]` (0 for the first) up to `bounds[i]`;
    `counts[i][j]` are the queries in band i of A and band j of B.
    """

    bounds: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run B against run A in one direction; a hit is a rank of at most `k`.

    `quadrants` are in the order in which they are stepped through: what B fixes first.
    """

    a: RunChoice
    b: RunChoice
    direction: Direction
    k: int
    n_queries: int
    n_images: int
    seed: int
    resamples: int
    scores: tuple[Score, ...]
    p: float
    quadrants: tuple[Quadrant, ...]
    categories: tuple[FixedCategory, ...]
    differences: tuple[ProtocolDifference, ...]
    ranks: RankGrid
    clusters: tuple[FixedCluster, ...] = ()
    verdicts_a: tuple[Verdict, ...] = ()
    verdicts_b: tuple[Verdict, ...] = ()

    def quadrant(self, name: QuadrantName) -> Quadrant:
        """Return a quadrant by name."""
        return next(one for one in self.quadrants if one.name == name)

    def cases(self, name: QuadrantName, sort: str = "rank") -> CaseView:
        """Return the case list of a quadrant: cases of run A like any other."""
        return CaseView(self.a.run_id, self.direction, self.quadrant(name).filter, sort)


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A run in the table of models; what was not measured is None.

    `gflops` is the work for one image and one caption, plus the pairs that are re-ranked for a
    caption; `gflops_published` says that it comes from the reference table. `pareto`: no other run
    of the table is at least as good for less; None where the cost is not known.
    """

    run_id: int
    name: str
    model: str
    stage: str
    rerank: int | None
    t2i: tuple[float | None, float | None, float | None]  # R@1, R@5, R@10
    i2t: tuple[float | None, float | None, float | None]
    r_mean: float | None
    parameters: int | None
    gflops: float | None
    gflops_published: bool
    seconds: float
    images_per_s: float | None
    captions_per_s: float | None
    pairs_per_s: float | None
    peak_memory_bytes: int | None
    disk_bytes: int | None
    pareto: bool | None


@dataclass(frozen=True, slots=True)
class CostPoint:
    """A run in the cost-quality plot."""

    run_id: int
    name: str
    cost: float
    quality: float
    pareto: bool


@dataclass(frozen=True, slots=True)
class ModelsTable:
    """All runs of a data set, best first, and the plot of quality over cost."""

    dataset: str
    cost: Cost
    quality: Quality
    rows: tuple[ModelRow, ...]
    points: tuple[CostPoint, ...]
