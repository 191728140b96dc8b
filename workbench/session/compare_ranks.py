"""What the ranks of two runs say: scores with paired intervals, quadrants, the grid of ranks.

numpy and the numerics are imported when they are needed: the face starts without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.arrays import narrow
from store.records.run import Metric, Run
from store.workspace import Workspace
from workbench.session.errors import SessionError
from workbench.views.case_view import Direction
from workbench.views.compare import Estimate, RankGrid, Score
from workbench.views.place import QuadrantName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SharedRanks:
    """The ranks of the same queries in two runs, in the order of the query ids."""

    direction: Direction
    query: NDArray[np.integer]  # (n,)
    image: NDArray[np.integer]  # (n,), the image of each query
    a: NDArray[np.integer]  # (n,)
    b: NDArray[np.integer]  # (n,)

    @property
    def n_images(self) -> int:
        """How many images the queries belong to."""
        import numpy as np

        return int(np.unique(self.image).size)

    def quadrants(self, k: int) -> dict[QuadrantName, int]:
        """Count the queries that both runs find within `k`, only one of them, or neither."""
        from workbench.analysis.comparison import quadrants

        found = quadrants(self.a, self.b, k)
        return {
            "both": found.both,
            "only_a": found.only_a,
            "only_b": found.only_b,
            "neither": found.neither,
        }

    def p(self, k: int) -> float:
        """Return McNemar's exact p-value of hits within `k`."""
        from workbench.analysis.mcnemar import mcnemar

        return mcnemar(self.a <= k, self.b <= k).p


@dataclass(frozen=True, slots=True)
class Measured:
    """What is computed once for two runs."""

    scores: tuple[Score, ...]
    grid: RankGrid


def shared_ranks(workspace: Workspace, a: Run, b: Run, direction: Direction) -> SharedRanks:
    """Read the ranks of two runs of one data set; SessionError unless the queries are the same."""
    import numpy as np

    query, rank_a = workspace.runs.ranks(a.id, direction)
    query_b, rank_b = workspace.runs.ranks(b.id, direction)
    if not np.array_equal(query, query_b):
        # Images that a model could not use leave its gallery too, so ranks mean different things.
        raise SessionError(
            f"Run {a.id} has {len(query):,} {direction} queries and run {b.id} has "
            f"{len(query_b):,}, and they are not the same: evaluate both on the same images."
        )
    image = workspace.runs.images_of(a.id, direction)
    return SharedRanks(direction, *map(narrow, (query, image, rank_a, rank_b)))


def measure(
    ranks: SharedRanks,
    metrics_a: Sequence[Metric],
    metrics_b: Sequence[Metric],
    *,
    seed: int,
    resamples: int,
) -> Measured:
    """Compute the scores and the grid; the intervals of each run are those stored with it."""
    from workbench.analysis.comparison import paired

    stored_a, stored_b = (
        {
            m.name: Estimate(m.value, m.low, m.high)
            for m in metrics
            if m.direction == ranks.direction
        }
        for metrics in (metrics_a, metrics_b)
    )
    found = paired(ranks.a, ranks.b, ranks.image, seed=seed, resamples=resamples)
    scores = tuple(
        Score(
            name,
            stored_a.get(name, Estimate(one.a)),
            stored_b.get(name, Estimate(one.b)),
            Estimate(one.difference.value, one.difference.low, one.difference.high),
        )
        for name, one in found.items()
    )
    return Measured(scores, rank_grid(ranks))


def rank_grid(ranks: SharedRanks) -> RankGrid:
    """Count the pairs of ranks in the bands of `rank_bounds`."""
    import numpy as np

    from workbench.analysis.histograms import rank_bounds

    bounds = rank_bounds(int(max(ranks.a.max(initial=1), ranks.b.max(initial=1))))
    band_a, band_b = (np.searchsorted(bounds, rank) for rank in (ranks.a, ranks.b))
    n = len(bounds)
    counts = np.bincount(band_a * n + band_b, minlength=n * n).reshape(n, n)
    return RankGrid(bounds, tuple(tuple(row) for row in counts.tolist()))
