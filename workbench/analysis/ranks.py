"""Ranks of every query in both directions, from one pass over the scores.

Every score is defined as the float64 dot product of the float32 vectors in a fixed order of
additions (``lane_dot``), and ranks, order and margins are exactly those of these scores. Float32
matrix products only decide what they can decide safely, so the result does not depend on block
size, number of threads, BLAS or machine.
"""

import os

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import VectorError
from workbench.analysis.lane_dot import Vectors, score_pairs
from workbench.analysis.ranking import Retrieval, Rows, Scores, settled
from workbench.analysis.tally import open_tally
from workbench.analysis.tiles import Cancelled, Progress, Tiles, count_tiles
from workbench.analysis.vectors import checked, score_band

IMAGE_BLOCK = 1024
CAPTION_BLOCK = 2048


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
    if k < 0:
        raise ValueError(f"k must be 0 or more, not {k}")
    images, image_norm = checked(images, "image")
    captions, caption_norm = checked(captions, "caption")
    if images.shape[1] != captions.shape[1]:
        raise VectorError(f"images have {images.shape[1]} dimensions, captions {captions.shape[1]}")
    owner = _checked_owner(caption_image, len(images), len(captions))
    band = score_band(images.shape[1], image_norm, caption_norm)
    caption_rows = np.arange(len(captions))
    scores = score_pairs(images, captions, owner, caption_rows)
    counts = np.bincount(owner, minlength=len(images))
    queries = np.flatnonzero(counts)
    best = _best_captions(owner, scores)
    threshold = np.full(len(images), np.inf)
    threshold[queries] = scores[best]
    most = int(counts.max(initial=0))
    rows = open_tally(threshold, max(k, most + 1) if k else 0, band)
    cols = open_tally(scores, max(k, 2) if k else 0, band)
    count_tiles(
        Tiles(images, captions, owner, band, image_block, caption_block),
        rows,
        cols,
        threads=threads or _cores(),
        progress=progress,
        cancelled=cancelled,
    )
    return Retrieval(
        t2i=settled(cols, caption_rows, owner, np.ones_like(owner), k),
        i2t=settled(rows, queries, best, counts[queries], k),
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


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
