"""Where the user was, so that the next start goes on there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from workbench.views.case_view import CaseView, Direction

QuadrantName = Literal["only_b", "only_a", "neither", "both"]
Way = Literal["meaning", "words", "image"]
"""By the vector of a sentence, by the words of captions, by the vector of an image."""


KS = (1, 5, 10)
"""The K of R@K that are reported."""


@dataclass(frozen=True, slots=True)
class ComparePlace:
    """Runs A and B, and which of their queries are listed; `words` filter within the quadrant.

    A hit is a rank of at most `k`.
    """

    a: int
    b: int
    direction: Direction = "t2i"
    quadrant: QuadrantName = "only_b"
    words: str = ""
    sort: str = "-rank"
    query_id: int | None = None
    k: int = 1

    @property
    def of_b(self) -> bool:
        """Whether the cases are run B's: only it misses where only A hits."""
        return self.quadrant == "only_a"

    @property
    def listed(self) -> tuple[int, int]:
        """The run whose cases are listed, labelled and opened, then the one beside it."""
        return (self.b, self.a) if self.of_b else (self.a, self.b)

    def partner(self, run_id: int) -> int | None:
        """Return the run that a run is compared with; None for a run that is neither."""
        return {self.a: self.b, self.b: self.a}.get(run_id)

    def swapped(self) -> ComparePlace:
        """Return the same queries, seen from the other run."""
        names: dict[QuadrantName, QuadrantName] = {"only_a": "only_b", "only_b": "only_a"}
        quadrant = names.get(self.quadrant, self.quadrant)
        return replace(self, a=self.b, b=self.a, quadrant=quadrant)


@dataclass(frozen=True, slots=True)
class SearchPlace:
    """The run that is searched, and for what: a sentence, words of captions, or an image."""

    run_id: int
    way: Way = "meaning"
    text: str = ""
    image_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClusterPlace:
    """The order of the clusters and the one under the cursor, of the run that Cases shows."""

    sort: str = "size"
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SlicePlace:
    """K of R@K, the order of the slices, and the one under the cursor."""

    k: int = 1
    sort: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The screen, the case list with the case under the cursor, what is compared, the theme.

    `plot` is the plot that was looked at; `triage` says that the list was being triaged.
    """

    screen: str = "home"
    view: CaseView | None = None
    query_id: int | None = None
    theme: str = ""
    compare: ComparePlace | None = None
    plot: str = ""
    search: SearchPlace | None = None
    clusters: ClusterPlace | None = None
    slices: SlicePlace | None = None
    triage: bool = False
