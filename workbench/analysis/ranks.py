"""Ranks of every query in both directions, from one pass over the scores.

Every score is defined as the float64 dot product of the float32 vectors in a fixed order of
additions (``lane_dot``), and ranks, order and margins are exactly those of these scores. Float32
matrix products only decide what they can decide safely, so the result does not depend on block
size, number of threads, BLAS or machine.
"""

import os
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import VectorError
from workbench.analysis.lane_dot import Vectors, score_pairs
from workbench.analysis.rank_shards import Part, Partial, Shard, count_shard, grid
from workbench.analysis.ranking import Retrieval, Rows, Scores, settled
from workbench.analysis.tally import Queries, Tally, open_tally
from workbench.analysis.tile_kernel import merge
from workbench.analysis.tiles import CAPTION_BLOCK, IMAGE_BLOCK, Cancelled, Progress
from workbench.analysis.vectors import checked, score_band


def rank_retrieval(
    images: Vectors,
    captions: Vectors,
    caption_image: npt.NDArray[np.integer],
    *,
    k: int = 10,
    threads: int | None = None,
    image_block: int = IMAGE_BLOCK,
    caption_block: int = CAPTION_BLOCK,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Retrieval:
    """Rank all captions against all images and all images against all captions.

    Args:
        images: (n_images, d) float32, L2-normalised; may be a memory map. An image without
            captions stays in the gallery and is no query.
        captions: (n_captions, d), likewise.
        caption_image: (n_captions,) row of each caption's image.
        k: hits to keep per query. With 0 only ranks and best positives are computed.
        threads: defaults to the cores this process may use. BLAS is held to one thread in each.
        image_block, caption_block: largest tile; the result does not depend on them.
        progress: called as ``progress(pairs_done, pairs_total)`` from the calling thread.
        cancelled: asked about ten times a second, from the calling thread.

    Raises:
        VectorError: a vector is not finite or not normalised, or shapes do not fit.
        CancelledError: ``cancelled()`` returned true.
        ValueError: ``k`` is negative.

    >>> images = np.eye(3, 8, dtype=np.float32)
    >>> retrieval = rank_retrieval(images, images[[0, 2, 2]], np.array([0, 1, 2]), k=2)
    >>> retrieval.t2i.rank.tolist(), retrieval.i2t.rank.tolist()
    ([1, 3, 1], [1, 3, 2])
    >>> retrieval.t2i.hits[1].tolist(), retrieval.t2i.margin[1].item()
    ([2, 0], -1.0)
    """
    ranking = ShardedRanking(images, captions, caption_image, k)
    done = 0

    def so_far(pairs: int, _: int) -> None:
        if progress:
            progress(done + pairs, ranking.pairs)

    for shard in ranking.shards:
        partial = count_shard(
            ranking.images[shard.images],
            ranking.captions[shard.captions],
            ranking.part(shard),
            threads=threads or cores(),
            image_block=image_block,
            caption_block=caption_block,
            progress=so_far,
            cancelled=cancelled,
        )
        ranking.add(shard, partial)
        done += shard.pairs
    return ranking.settle()


class ShardedRanking:
    """The ranking of ``rank_retrieval`` while its shards are being counted.

    For every one of ``shards``, in any order, ``count_shard`` makes a ``Partial`` of its ``part``,
    and ``add`` adds it up. ``images`` and ``captions`` are the checked vectors that it takes.
    Raises what ``rank_retrieval`` does.

    >>> images = np.eye(3, 8, dtype=np.float32)
    >>> shards = [Shard(0, 0, 2, 0, 3), Shard(1, 2, 3, 0, 3)]
    >>> ranking = ShardedRanking(images, images[[0, 2, 2]], np.array([0, 1, 2]), k=2, shards=shards)
    >>> for shard in reversed(shards):
    ...     sides = ranking.images[shard.images], ranking.captions[shard.captions]
    ...     ranking.add(shard, count_shard(*sides, ranking.part(shard), threads=1))
    >>> ranking.settle().t2i.rank.tolist()
    [1, 3, 1]
    """

    def __init__(
        self,
        images: Vectors,
        captions: Vectors,
        caption_image: npt.NDArray[np.integer],
        k: int,
        *,
        shards: Sequence[Shard] | None = None,
    ) -> None:
        if k < 0:
            raise ValueError(f"k must be 0 or more, not {k}")
        self.images, image_norm = checked(images, "image")
        self.captions, caption_norm = checked(captions, "caption")
        width = self.images.shape[1]
        if width != self.captions.shape[1]:
            raise VectorError(f"images have {width} dimensions, captions {self.captions.shape[1]}")
        self.owner = _checked_owner(caption_image, len(images), len(captions))
        self.k = k
        self._band = score_band(width, image_norm, caption_norm)
        everything = np.arange(len(captions))
        scores = score_pairs(self.images, self.captions, self.owner, everything)
        self._best = _best_captions(self.owner, scores)
        counts = np.bincount(self.owner, minlength=len(images))
        self._queries = np.flatnonzero(counts)
        self._n_captions = counts[self._queries]
        threshold = np.full(len(images), np.inf)
        threshold[self._queries] = scores[self._best]
        most = int(counts.max(initial=0))
        self._rows = open_tally(threshold, max(k, most + 1) if k else 0, self._band)
        self._cols = open_tally(scores, max(k, 2) if k else 0, self._band)
        self.shards = grid(len(images), len(captions), width) if shards is None else list(shards)

    @property
    def pairs(self) -> int:
        """Number of scores."""
        return len(self.images) * len(self.captions)

    def part(self, shard: Shard) -> Part:
        """What counting a shard needs; the more has been added, the less is looked at twice."""
        rows, cols = self._blocks(shard)
        kept = (tally.keys.shape[1] if self.k else 0 for tally in (rows, cols))
        queries = (
            Queries(tally.threshold, tally.bar.copy(), width)
            for tally, width in zip((rows, cols), kept, strict=True)
        )
        return Part(shard, self.owner[shard.captions], self._band, *queries)

    def fits(self, shard: Shard, partial: Partial) -> bool:
        """Say whether arrays that came from elsewhere are of the shard's shape and kind."""
        return all(
            (mine.shape, mine.dtype) == (other.shape, other.dtype)
            for tally, counts in zip(self._blocks(shard), partial, strict=True)
            for mine, other in (
                (tally.above, counts.above),
                (tally.scores, counts.scores),
                (tally.keys, counts.keys),
            )
        )

    def add(self, shard: Shard, partial: Partial) -> None:
        """Add what a shard counted; each shard once."""
        for tally, counts in zip(self._blocks(shard), partial, strict=True):
            merge(tally, counts, self._band)

    def settle(self) -> Retrieval:
        """The ranking, once every shard has been added."""
        everything, one = np.arange(self.owner.size), np.ones_like(self.owner)
        return Retrieval(
            t2i=settled(self._cols, everything, self.owner, one, self.k),
            i2t=settled(self._rows, self._queries, self._best, self._n_captions, self.k),
        )

    def _blocks(self, shard: Shard) -> tuple[Tally, Tally]:
        rows, cols = self._rows, self._cols
        return (
            rows.block(shard.first_image, shard.last_image),
            cols.block(shard.first_caption, shard.last_caption),
        )


def _checked_owner(caption_image: npt.NDArray[np.integer], n_images: int, n_captions: int) -> Rows:
    owner = np.ascontiguousarray(caption_image)
    if owner.shape != (n_captions,) or not np.issubdtype(owner.dtype, np.integer):
        raise VectorError(
            f"{n_captions} captions need as many integer rows, not {owner.dtype} {owner.shape}"
        )
    outside = (owner < 0) | (owner >= n_images)
    if outside.any():
        row = int(outside.argmax())
        raise VectorError(f"caption row {row} belongs to image row {owner[row]} of {n_images}")
    return owner.astype(np.int64)


def _best_captions(owner: Rows, scores: Scores) -> Rows:
    """Per image that has captions, the row of the best; the lower row among equal scores."""
    order = np.lexsort((-scores, owner))
    first = np.flatnonzero(np.diff(owner[order], prepend=-1))
    return order[first]


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
