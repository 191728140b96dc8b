"""A ranking cut into shards that are counted anywhere and in any order, and then add up.

A shard is a range of images with a range of captions. What it counts for a query (non-positives
that score at least as high as the best positive) adds up over shards, and the best hits of all
shards are the best of their best. Scores are exact, so the total has the same bits however the
work was cut and whoever did it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.analysis.lane_dot import Vectors
from workbench.analysis.tally import Counts, Queries
from workbench.analysis.tiles import (
    CAPTION_BLOCK,
    IMAGE_BLOCK,
    Cancelled,
    Progress,
    Tiles,
    count_tiles,
)

GRID = 1
"""The version of the grid's rule: shards of different grids do not go together."""
SHARD_IMAGES = 32_768
SHARD_CAPTIONS = 16_384
SHARD_PRODUCTS = 2**38
"""Multiplications of a full shard of vectors of 512 numbers: two cores take 2 to 4 s."""
MOST_SHARDS = 4096


@dataclass(frozen=True, slots=True)
class Shard:
    """Images ``first_image`` to ``last_image``, excluded, with such a range of captions."""

    index: int
    first_image: int
    last_image: int
    first_caption: int
    last_caption: int

    @property
    def pairs(self) -> int:
        """Number of scores."""
        return (self.last_image - self.first_image) * (self.last_caption - self.first_caption)

    @property
    def images(self) -> slice:
        """The shard's rows of anything that has one for each image."""
        return slice(self.first_image, self.last_image)

    @property
    def captions(self) -> slice:
        """The shard's rows of anything that has one for each caption."""
        return slice(self.first_caption, self.last_caption)


class Partial(NamedTuple):
    """What a shard counted, for its images (``rows``) and for its captions (``cols``)."""

    rows: Counts
    cols: Counts


@dataclass(frozen=True, slots=True)
class Part:
    """All that counting a shard needs beside its vectors; ``owner`` as in ``Tiles``."""

    shard: Shard
    owner: npt.NDArray[np.int64]
    band: float
    rows: Queries
    cols: Queries


def grid(n_images: int, n_captions: int, width: int) -> list[Shard]:
    """The shards of a ranking; they follow from its size alone.

    What takes no longer than one full shard is one shard. The sides of a very large ranking's
    shards double in turn until there are at most ``MOST_SHARDS``.

    >>> grid(1_000, 5_000, 512)
    [Shard(index=0, first_image=0, last_image=1000, first_caption=0, last_caption=5000)]
    >>> len(grid(31_783, 158_915, 512)), len(grid(10**7, 5 * 10**7, 512))
    (10, 3744)
    """
    if n_images * n_captions * width <= SHARD_PRODUCTS:
        return [Shard(0, 0, n_images, 0, n_captions)]
    high, wide = SHARD_IMAGES, SHARD_CAPTIONS
    while -(-n_images // high) * -(-n_captions // wide) > MOST_SHARDS:
        high, wide = (high, 2 * wide) if wide <= high else (2 * high, wide)
    rows, cols = _cuts(n_images, high), _cuts(n_captions, wide)
    places = ((row, col) for col in cols for row in rows)
    return [Shard(index, *row, *col) for index, (row, col) in enumerate(places)]


def _cuts(total: int, largest: int) -> list[tuple[int, int]]:
    """Ranges of about equal size, none larger than ``largest``."""
    parts = -(-total // largest)
    bounds = [total * part // parts for part in range(parts + 1)]
    return list(pairwise(bounds))


def count_shard(
    images: Vectors,
    captions: Vectors,
    part: Part,
    *,
    threads: int,
    image_block: int = IMAGE_BLOCK,
    caption_block: int = CAPTION_BLOCK,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Partial:
    """Count every pair of a shard once.

    ``images`` (n_images, d) and ``captions`` (n_captions, d) are the shard's alone, checked.
    The other arguments are as in ``rank_retrieval``.

    Raises:
        CancelledError: ``cancelled()`` returned true.
    """
    shard, band = part.shard, part.band
    rows, cols = part.rows.open(band), part.cols.open(band)
    tiles = Tiles(
        images,
        captions,
        part.owner,
        band,
        shard.first_image,
        shard.first_caption,
        image_block,
        caption_block,
    )
    count_tiles(tiles, rows, cols, threads=threads, progress=progress, cancelled=cancelled)
    return Partial(rows.counts, cols.counts)
