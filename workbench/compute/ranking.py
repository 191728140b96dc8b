"""Ranking a gallery in shards, each written once, so that a killed job goes on.

What a shard counted is kept until the run is stored. A ranking of one shard takes seconds and is
not written at all.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from store.rank_shards import RankShards
from workbench.compute.context import JobContext
from workbench.compute.gallery import Gallery

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.analysis.rank_shards import Partial
    from workbench.analysis.ranking import Retrieval
    from workbench.analysis.ranks import ShardedRanking
    from workbench.compute.engines import Engine

log = logging.getLogger("workbench.jobs")

STAGE = "ranking"


def rank(
    context: JobContext, gallery: Gallery, k: int, engine: Engine, shards: RankShards
) -> Retrieval:
    """Rank both directions with `k` hits a query; what `shards` has is not counted again."""
    from workbench.analysis.rank_shards import GRID
    from workbench.analysis.ranks import ShardedRanking

    ranking = ShardedRanking(gallery.images, gallery.captions, gallery.caption_image, k)
    if len(ranking.shards) == 1:
        for shard, partial in engine.count(ranking, ranking.shards, 0):
            ranking.add(shard, partial)
        return ranking.settle()
    key, missing = content_key(ranking, GRID), []
    for shard in ranking.shards:
        context.check()
        found = _partial(shards.read(key, shard.index))
        if found is not None and ranking.fits(shard, found):
            ranking.add(shard, found)
        else:
            missing.append(shard)
    there = len(ranking.shards) - len(missing)
    if there:
        log.info("%d of %d shards of the ranking were there", there, len(ranking.shards))
    before = ranking.pairs - sum(shard.pairs for shard in missing)
    for shard, partial in engine.count(ranking, missing, before):
        shards.write(key, shard.index, _arrays(partial))
        ranking.add(shard, partial)
    return ranking.settle()


def content_key(ranking: ShardedRanking, version: int) -> str:
    """Name a ranking by all that it depends on: vectors, whose caption is whose, k and grid."""
    digest = hashlib.sha256(f"{version} {ranking.k} {ranking.images.shape}".encode())
    for array in (ranking.images, ranking.captions, ranking.owner):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:24]


def _arrays(partial: Partial) -> dict[str, NDArray[Any]]:
    return {
        f"{side}_{what}": array
        for side, counts in partial._asdict().items()
        for what, array in counts._asdict().items()
    }


def _partial(arrays: Mapping[str, NDArray[Any]] | None) -> Partial | None:
    """Turn a file's arrays back; None for those of something else."""
    from workbench.analysis.rank_shards import Partial
    from workbench.analysis.tally import Counts

    if arrays is None:
        return None
    try:
        sides = {
            side: Counts(**{what: arrays[f"{side}_{what}"] for what in Counts._fields})
            for side in Partial._fields
        }
    except KeyError:
        return None
    return Partial(**sides)
