"""Plots of a run as numbers ready to be drawn; shares are fractions.

A `filter` selects the cases of a mark within the view that is plotted. Texts may hold what files
or users wrote: the presenters make them plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.views.case_view import CaseView
from workbench.views.compare import Cost, CostPoint, Estimate, Quality

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PlotKind = Literal["ranks", "recall", "margins", "categories", "map", "cost", "training"]

NO_MARK = -1
"""Where the cursor is while it is on nothing."""

TITLES: dict[PlotKind, str] = {
    "ranks": "Rank of the first right answer",
    "recall": "Recall at K",
    "margins": "Margin: right answer minus best wrong one",
    "categories": "Misses by category",
    "map": "Map of the clusters",
    "cost": "Quality and cost of the models",
    "training": "Training of the model",
}


@dataclass(frozen=True, slots=True)
class PlotScope:
    """What plots count: the queries of a view, of all that the run has in this direction."""

    view: CaseView
    name: str
    dataset: str
    n: int
    total: int


@dataclass(frozen=True, slots=True)
class Bar:
    """So many queries, and their share of `Bars.n`.

    `suggested` of the `n` are only the machine's word. `quiet` bars are the misses beside the hits,
    or the cases without a label.
    """

    name: str
    n: int
    share: Estimate
    filter: str
    suggested: int = 0
    quiet: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """A histogram, or counts by category; `n` are the queries that it is about."""

    kind: PlotKind
    bars: tuple[Bar, ...]
    n: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """R@K: `hits` queries have a rank of at most `k`; `filter` selects the others."""

    k: int
    hits: int
    share: Estimate
    filter: str


@dataclass(frozen=True, slots=True)
class Curve:
    """R@K over K for `n` queries from `n_images` images."""

    kind: PlotKind
    points: tuple[CurvePoint, ...]
    n: int
    n_images: int
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class MapPlot:
    """Where the failures of a view lie: arrays (n,).

    Clusters that people gave one name are one. `names`, `filters` and `miss_rates` are by its
    number; rates are known where all queries were placed.
    """

    kind: PlotKind
    query: NDArray[np.int64]
    cluster: NDArray[np.int64]
    x: NDArray[np.floating]
    y: NDArray[np.floating]
    names: dict[int, str]
    filters: dict[int, str]
    miss_rates: dict[int, Estimate]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostPlot:
    """All runs of the data set: whole runs, whatever the filter."""

    kind: PlotKind
    points: tuple[CostPoint, ...]
    cost: Cost
    quality: Quality
    run_id: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A number over epochs or steps; `share` says that it is a fraction of 1."""

    name: str
    share: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Training:
    """What a training log holds; `step` is what its lines are numbered by."""

    kind: PlotKind
    step: str
    series: tuple[Series, ...]
    source: str = ""
    note: str = ""


Plot = Bars | Curve | MapPlot | CostPlot | Training
