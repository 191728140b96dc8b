"""Walks over the score matrix tile by tile, on several threads, without ever holding it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import pairwise
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from workbench.analysis.errors import CancelledError
from workbench.analysis.lane_dot import Vectors
from workbench.analysis.tally import Tally, raise_bars
from workbench.analysis.tile_kernel import count_tile, merge

IMAGE_BLOCK = 1024
CAPTION_BLOCK = 2048
POLL_S = 0.1

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Tiles:
    """The score matrix of ``images`` (n_images, d) and ``captions`` (n_captions, d), cut in tiles.

    Both may be parts of a whole that starts at ``first_image`` and ``first_caption``. ``owner``
    (n_captions,) is the row of each caption's image in the whole, ``band`` the distance by which a
    float32 score can miss the exact one.
    """

    images: Vectors
    captions: Vectors
    owner: npt.NDArray[np.int64]
    band: float
    first_image: int
    first_caption: int
    image_block: int
    caption_block: int

    @property
    def pairs(self) -> int:
        """Number of scores."""
        return len(self.images) * len(self.captions)

    def count_column(self, start: int, stop: int, rows: Tally, cols: Tally) -> Iterator[int]:
        """Count captions ``start`` to ``stop`` against all images; yields pairs done, tile by tile.

        ``rows`` are the tallies of all images, ``cols`` those of these captions.
        """
        captions, owner = self.captions[start:stop], self.owner[start:stop]
        caption = self.first_caption + start
        space = np.empty(self.image_block * len(captions), np.float32)
        for first in range(0, len(self.images), self.image_block):
            images = self.images[first : first + self.image_block]
            block_rows = rows.block(first, first + len(images))
            tile = space[: len(images) * len(captions)].reshape(len(images), len(captions))
            np.matmul(images, captions.T, out=tile)
            raise_bars(cols, tile, self.band)
            raise_bars(block_rows, tile.T, self.band)
            image = self.first_image + first
            count_tile(tile, images, captions, owner, image, caption, block_rows, cols, self.band)
            yield tile.size


def count_tiles(
    tiles: Tiles,
    rows: Tally,
    cols: Tally,
    *,
    threads: int,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Count every pair once, into ``rows`` (images) and ``cols`` (captions), both fresh.

    A thread takes a block of captions at a time: their tallies are its own meanwhile, and each
    thread has its own copy of the images' tallies, added up at the end. ``progress(done, total)``
    and ``cancelled()`` are called from the calling thread, about ten times a second.

    Raises:
        CancelledError: ``cancelled()`` returned true.
    """
    blocks: SimpleQueue[tuple[int, int] | None] = SimpleQueue()
    for block in _blocks(len(tiles.captions), tiles.caption_block, threads):
        blocks.put(block)
    stop = threading.Event()
    done = [0] * threads

    def work(thread: int) -> Tally:
        mine = rows.copy()
        for start, end in iter(blocks.get, None):
            for pairs in tiles.count_column(start, end, mine, cols.block(start, end)):
                done[thread] += pairs
                if stop.is_set():
                    return mine
        return mine

    for _ in range(threads):
        blocks.put(None)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(work, thread) for thread in range(threads)]
        try:
            pending = set(futures)
            while pending:
                finished, pending = wait(pending, POLL_S, FIRST_EXCEPTION)
                for future in finished:
                    future.result()
                if cancelled and cancelled():
                    raise CancelledError("ranking was cancelled")
                if progress:
                    progress(sum(done), tiles.pairs)
        finally:
            stop.set()
    for future in futures:
        merge(rows, future.result().counts, tiles.band)


def _blocks(total: int, largest: int, threads: int) -> Iterator[tuple[int, int]]:
    """Cuts of about equal size, as many as keep all threads busy to the end."""
    rounds = -(-total // (largest * threads))
    bounds = np.linspace(0, total, rounds * threads + 1).astype(int).tolist()
    return ((a, b) for a, b in pairwise(bounds) if b > a)
