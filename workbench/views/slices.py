"""R@K of a run in slices of its queries, as numbers ready to be written; shares are fractions."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.case_view import Direction
from workbench.views.compare import Estimate


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A slice of all queries, given by what they are, beside the rest whose property is known.

    trait, name which property, and which of its slices
    recall      hits within the slice: `hits` of `n` queries, from `n_images` images
    rest        R@K of the rest; `rest_n` queries
    difference  R@K within minus that of the rest
    lift        miss rate over that of all queries; None without misses
    coverage    share of all misses that lie within
    p, p_adjusted  of the difference, and Holm's over all slices; None where there is too little
    """

    trait: str
    name: str
    n: int
    n_images: int
    hits: int
    recall: Estimate
    rest: Estimate
    rest_n: int
    difference: Estimate
    lift: float | None
    coverage: Estimate
    p: float | None
    p_adjusted: float | None

    @property
    def misses(self) -> int:
        """Queries of the slice that are missed."""
        return self.n - self.hits

    @property
    def few(self) -> bool:
        """Too few images, here or in the rest, for an interval or a test."""
        return self.p is None


@dataclass(frozen=True, slots=True)
class LabelShare:
    """How many of the labelled misses have a category: selected queries, never a miss rate.

    `decided` tells labels of people from suggestions. A miss may have several labels.
    """

    category: str
    code: str
    decided: bool
    k: int
    n: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class RunSlices:
    """R@K of a run in one direction: over all queries, in every slice, and its misses by label.

    `worst` holds the slices that are worse than the whole: by lift, then by coverage.
    """

    run_id: int
    dataset: str
    name: str
    model: str
    direction: Direction
    k: int
    n_queries: int
    n_images: int
    hits: int
    recall: Estimate
    slices: tuple[SliceRow, ...]
    worst: tuple[SliceRow, ...]
    labels: tuple[LabelShare, ...]

    @property
    def misses(self) -> int:
        """Queries that are missed."""
        return self.n_queries - self.hits

    @property
    def tested(self) -> int:
        """How many slices Holm's p-values count."""
        return sum(row.p is not None for row in self.slices)
