"""Match scores of image-caption pairs, computed block by block, each block written once.

A block is a fixed stretch of the data set's images with all of their pairs that have no score yet.
It is scored whole and in the same order whatever came before, so a job that was killed goes on
with the same bits, and a later run that needs more pairs computes only those.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from plugins.api import PairScorer
from store.records import Image
from workbench.compute.background import Writer
from workbench.compute.batches import Batches
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Spent
from workbench.compute.errors import JobError
from workbench.compute.prepared import prepared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.pairs import PairFolder

    Rows = NDArray[np.int64]

log = logging.getLogger("workbench.jobs")

BLOCK_IMAGES = 16
"""Images whose states are on the device together: of ViT-L at 384 px (577 x 1,024 float32) 38 MB.
With 128 candidates a query they have about 10,000 pairs, the least that a kill can cost."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of the pairs asked for, (n,), and how many of them were computed now."""

    scores: NDArray[np.float32]
    computed: int
    elapsed_s: float
    spent: Spent = field(default_factory=Spent)


@dataclass(frozen=True, slots=True)
class _Block:
    """Pairs of a few images: `image` says which of `images` each pair is of."""

    codes: Rows  # (n,), ascending
    images: list[int]  # rows in the data set
    image: Rows  # (n,), ascending
    caption: Rows  # (n,), rows in the data set


def score_pairs(
    context: JobContext,
    folder: PairFolder,
    model: PairScorer,
    image: Rows,
    caption: Rows,
    images: Sequence[Image],
    texts: Sequence[str],
    batches: Batches,
) -> Scored:
    """Return the model's match logits of pairs; what the folder lacks is computed and kept.

    `image` and `caption` (n,) are rows of `images` and `texts`, images ascending and captions
    ascending within an image.
    """
    started, spent = time.perf_counter(), Spent()
    codes = image * len(texts) + caption
    known = np.isin(codes, folder.load()[0], assume_unique=True)
    blocks = list(_blocks(codes[~known], len(texts)))
    found = int(np.count_nonzero(known))
    if found:
        log.info("%d of %d pair scores were there", found, len(codes))
    stream = prepared(model, ([images[row] for row in block.images] for block in blocks), spent)
    scorer = _BlockScorer(context, model, images, texts, batches, spent, found, len(codes))

    def write(block: _Block, scores: NDArray[np.float32]) -> None:
        with spent.on("write"):
            folder.write_block(folder.name_of(block.codes), block.codes, scores)

    with closing(stream), Writer() as writer:
        for block in blocks:
            pixels = next(stream)
            scores = scorer.score(block, pixels)
            writer.put(partial(write, block, scores))
    all_codes, all_scores = folder.load()
    elapsed_s = time.perf_counter() - started
    computed = len(codes) - found
    if computed:
        log.info("%d pairs scored, %.1f pairs/s", computed, computed / elapsed_s)
    scores = all_scores[np.searchsorted(all_codes, codes)]
    return Scored(scores, computed, elapsed_s, spent)


def _blocks(codes: Rows, n_captions: int) -> Iterator[_Block]:
    """Cut ascending codes at every `BLOCK_IMAGES`-th image of the data set."""
    image, caption = np.divmod(codes, n_captions)
    ends = np.flatnonzero(np.diff(image // BLOCK_IMAGES)) + 1
    for part in np.split(np.arange(len(codes)), ends):
        if len(part):
            rows, local = np.unique(image[part], return_inverse=True)
            yield _Block(codes[part], rows.tolist(), local, caption[part])


class _BlockScorer:
    """Scores blocks and tells how far it is."""

    def __init__(
        self,
        context: JobContext,
        model: PairScorer,
        images: Sequence[Image],
        texts: Sequence[str],
        batches: Batches,
        spent: Spent,
        done: int,
        total: int,
    ) -> None:
        self._context, self._model = context, model
        self._images, self._texts = images, texts
        self._pairs, self._states = batches, Batches(BLOCK_IMAGES, "images at a time")
        self._spent, self._done, self._total = spent, done, total

    def score(self, block: _Block, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the scores of a block's pairs (n,); `pixels` are its images, prepared."""

        def part(local: Rows) -> NDArray[np.float32]:
            """Score the pairs of some of the images: all, unless their states do not fit."""
            first, end = np.searchsorted(block.image, [local[0], local[-1] + 1])
            with self._spent.on("model"):
                states = self._model.image_states(pixels[local[0] : local[-1] + 1])
            return self._score(states, block.image[first:end] - local[0], block.caption[first:end])

        scores: NDArray[np.float32] = self._states.run(part, np.arange(len(block.images)))
        bad = ~np.isfinite(scores)
        if bad.any():
            at = int(bad.argmax())
            key = self._images[block.images[block.image[at]]].key
            text = self._texts[int(block.caption[at])][:80]
            raise JobError(
                f"{self._model.card.spec} gave no number for the image {key!r} with the caption "
                f"{text!r} (NaN or infinite): its weights or its precision do not work on this "
                "device."
            )
        return scores

    def _score(self, states: object, image: Rows, caption: Rows) -> NDArray[np.float32]:
        """Score pairs image by image: what a model makes of an image serves a whole batch.

        An image's captions go by length, so that little padding is computed.
        """
        lengths = np.array([len(self._texts[row]) for row in caption.tolist()])

        def batch(part: Rows) -> NDArray[np.float32]:
            self._context.progress("scoring pairs", self._done, self._total)
            with self._spent.on("model"):
                texts = [self._texts[row] for row in caption[part].tolist()]
                found = self._model.score_pairs(states, image[part], texts)
            self._done += len(part)
            self._context.progress("scoring pairs", self._done, self._total)
            return found

        scores = np.empty(len(image), np.float32)
        for one in np.unique(image):
            own = np.flatnonzero(image == one)
            order = own[np.argsort(-lengths[own], kind="stable")]
            scores[order] = self._pairs.run(batch, order)
        return scores
