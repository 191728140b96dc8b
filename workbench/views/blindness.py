"""How blind a run's model is to what its queries say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.views.case_view import Direction
from workbench.views.compare import Estimate


@dataclass(frozen=True, slots=True)
class BlindnessRow:
    """A category of edits: the share of them that score the true image at least as high.

    `queries` says which were probed: what is said of failures alone is biased against the model.
    `sensitivity` is the mean difference of scores; shares are fractions, NaN without a query.
    """

    run_id: int
    direction: Direction
    queries: Literal["all", "failures"]
    category: str
    blind: Estimate
    sensitivity: float
    n_queries: int
    n_images: int
    n_edits: int
    few: bool
