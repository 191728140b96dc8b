"""From a ranking of a gallery to what the store keeps: metrics with intervals, tables of ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from store.records.direction import Direction
from store.records.run import Metric, RankTable
from workbench.compute.gallery import Gallery

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.analysis.ranking import Ranking, Retrieval


@dataclass(frozen=True, slots=True)
class Measured:
    """The results of a run in the data set's ids."""

    metrics: list[Metric]
    tables: list[RankTable]


def measure(result: Retrieval, gallery: Gallery, top_k: int) -> Measured:
    """Compute every metric with its interval; of each query's hits `top_k` are kept."""
    from workbench.analysis.intervals import summarise

    metrics = [
        Metric(cast(Direction, direction), name, interval.value, interval.low, interval.high)
        for direction, numbers in summarise(result, gallery.caption_image).items()
        for name, interval in numbers.items()
    ]
    tables = [
        _table("t2i", result.t2i, gallery.caption_ids, gallery.image_ids, top_k),
        _table("i2t", result.i2t, gallery.image_ids, gallery.caption_ids, top_k),
    ]
    return Measured(metrics, tables)


def _table(
    direction: Direction,
    ranking: Ranking,
    query_ids: NDArray[np.int64],
    item_ids: NDArray[np.int64],
    top_k: int,
) -> RankTable:
    """Turn rows of the vector arrays into ids of the data set."""
    # With nothing but positives in the gallery there is no margin, and nothing to be confused with.
    top = np.where(np.isnan(ranking.margin), -1, item_ids[ranking.top])
    hits = ranking.hits[:, :top_k]
    return RankTable(
        direction=direction,
        query_id=query_ids[ranking.query],
        rank=ranking.rank,
        positive_id=item_ids[ranking.positive],
        positive_score=ranking.positive_score,
        top_id=top,
        top_score=ranking.top_score,
        margin=ranking.margin,
        r_precision=ranking.r_precision,
        hit_ids=np.where(hits >= 0, item_ids[hits], -1),
        hit_scores=ranking.hit_scores[:, :top_k],
    )
