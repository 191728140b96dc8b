"""Bars and curves from the columns of a run; numpy and the numerics are imported when needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.views.compare import Estimate
from workbench.views.plots import Bar, Bars, Curve, CurvePoint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.analysis.intervals import Interval


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The queries of a run in one direction, in the order of their ids; arrays (n,)."""

    query: NDArray[np.integer]
    rank: NDArray[np.integer]
    margin: NDArray[np.float64]
    image: NDArray[np.integer]

    def where(self, kept: NDArray[np.bool_]) -> Columns:
        """Return some of the queries."""
        return Columns(self.query[kept], self.rank[kept], self.margin[kept], self.image[kept])


def rank_bars(queries: Columns) -> Bars:
    """Count queries by rank, in bands that end where R@1, R@5 and R@10 do."""
    import numpy as np

    from workbench.analysis.histograms import rank_bounds

    bounds = rank_bounds(int(queries.rank.max(initial=1)))
    band = np.searchsorted(bounds, queries.rank)
    bars = []
    for i, bound in enumerate(bounds):
        low = bounds[i - 1] + 1 if i else 1
        inside = band == i
        name = f"{low}" if low == bound else f"{low}-{bound}"
        words = f"rank:{low}" if low == bound else f"rank>={low} rank<={bound}"
        estimate = share(inside, queries.image)
        bars.append(Bar(name, int(inside.sum()), estimate, words, quiet=low > 1))
    note = "" if len(queries.query) else "No query is left by the filter."
    return Bars("ranks", tuple(bars), len(queries.query), note)


def margin_bars(queries: Columns) -> Bars:
    """Count queries by margin in even steps; below 0 a wrong item scores higher."""
    import numpy as np

    from workbench.analysis.histograms import margin_edges

    known = queries.where(np.isfinite(queries.margin))
    without = len(queries.query) - len(known.query)
    note = f"{without:,} queries have no wrong item, and no margin." if without else ""
    if not len(known.query):
        return Bars("margins", (), 0, note or "No query has a margin.")
    edges = margin_edges(known.margin)
    place = np.searchsorted(edges, known.margin, side="right") - 1
    bars = []
    for i, (low, high) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        inside = place == i
        words = f"margin>={low!r} margin<{high!r}"
        estimate = share(inside, known.image)
        bars.append(Bar(f"{low:g}", int(inside.sum()), estimate, words, 0, low < 0, f"{high:g}"))
    return Bars("margins", tuple(bars), len(known.query), note)


def recall_curve(queries: Columns, *, whole: bool) -> Curve:
    """Return R@K with intervals.

    Those of a whole run are the bootstrap's, with the seed that made the metrics of the run, so
    that R@1 has one interval everywhere; those of some queries are Wilson's, as shares have.
    """
    import numpy as np

    from workbench.analysis.histograms import curve_ranks
    from workbench.analysis.intervals import MIN_IMAGES, percentile_interval, replicate_columns
    from workbench.analysis.queries import numbered

    n = len(queries.query)
    if not n:
        return Curve("recall", (), 0, 0, "No query is left by the filter.")
    image, n_images = numbered(queries.image)
    ks = curve_ranks(int(queries.rank.max()))
    hits = {str(k): queries.rank <= k for k in ks}
    shares = {name: Estimate(float(hit.mean())) for name, hit in hits.items()}
    if not whole:
        shares = {name: share(hit, image) for name, hit in hits.items()}
    elif n_images >= MIN_IMAGES:
        columns = {name: hit.astype(np.float64) for name, hit in hits.items()}
        drawn = replicate_columns(columns, {}, image, n_images)
        shares = {
            name: _estimate(percentile_interval(shares[name].value, drawn[name])) for name in hits
        }
    points = tuple(CurvePoint(k, int(hits[str(k)].sum()), shares[str(k)], f"rank>{k}") for k in ks)
    return Curve("recall", points, n, n_images)


def share(flags: NDArray[np.bool_], image: NDArray[np.integer]) -> Estimate:
    """Return the share of flagged queries (n,) with Wilson's interval over their images (n,)."""
    from workbench.analysis.proportion import fix_rate

    return _estimate(fix_rate(flags, image).share)


def _estimate(interval: Interval) -> Estimate:
    return Estimate(interval.value, interval.low, interval.high)
