"""How ranks are distributed: shares of queries found within K, and in bands of ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from store.records import Direction, Run
from store.workspace import Workspace
from workbench.analysis.intervals import MIN_IMAGES, percentile_interval, replicate_columns
from workbench.views.compare import Estimate

WITHIN = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100)
BANDS = (1, 2, 5, 10, 20, 50, 100)
"""Upper ends of the bands of ranks; what is behind the last one is put together."""


@dataclass(frozen=True, slots=True)
class RankShape:
    """The ranks of a run in one direction as shares of its queries.

    `within` are (K, R@K with its interval over images), `bands` one share for each of `BANDS` and
    one for the ranks behind them.
    """

    within: tuple[tuple[int, Estimate], ...]
    bands: tuple[float, ...]


def rank_shape(workspace: Workspace, run: Run, direction: Direction) -> RankShape:
    """Read a run's ranks; the intervals are drawn like those that are stored with the run."""
    _, rank = workspace.runs.ranks(run.id, direction)
    if not rank.size:
        return RankShape((), (0.0,) * (len(BANDS) + 1))
    _, cluster = np.unique(workspace.runs.images_of(run.id, direction), return_inverse=True)
    limit = max(10, int(rank.max()))
    columns = {str(k): (rank <= k).astype(np.float64) for k in WITHIN if k <= limit}
    n_images = int(cluster.max()) + 1
    drawn = replicate_columns(columns, {}, cluster, n_images) if n_images >= MIN_IMAGES else {}
    within = []
    for name, column in columns.items():
        value = float(column.mean())
        found = percentile_interval(value, drawn[name]) if name in drawn else None
        limits = (found.low, found.high) if found else ()
        within.append((int(name), Estimate(value, *limits)))
    counts = np.bincount(np.searchsorted(BANDS, rank), minlength=len(BANDS) + 1)
    return RankShape(tuple(within), tuple((counts / rank.size).tolist()))


def band_names() -> tuple[str, ...]:
    """Name the bands: "1", "2", "3-5", ... ">100"."""
    names = []
    for low, high in zip((0, *BANDS), BANDS, strict=False):
        names.append(str(high) if high == low + 1 else f"{low + 1}-{high}")
    return (*names, f">{BANDS[-1]}")
