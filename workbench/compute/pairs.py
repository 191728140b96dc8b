"""Match scores of image-caption pairs, computed block by block, each block written once.

A block is a fixed stretch of the data set's images with all of their pairs that have no score yet.
It is scored whole and in the same order whatever came before, so a job that was killed goes on
with the same bits, and a later run that needs more pairs computes only those.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from plugins.api import PairScorer
from store.records.dataset import Image
from workbench.compute.background import Writer
from workbench.compute.batches import Batches, DoesNotFit
from workbench.compute.broken import BrokenImages
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Spent
from workbench.compute.embed import Tick
from workbench.compute.errors import JobError
from workbench.compute.prepared import Pictures, prepared

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
    """The scores of the pairs asked for, (n,), and how many of them were computed now.

    `broken` are the rows of images that the scorer could not look at; their pairs' scores are NaN.
    """

    scores: NDArray[np.float32]
    computed: int
    elapsed_s: float
    spent: Spent = field(default_factory=Spent)
    broken: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Pairs of a few images: `image` says which of `images` each pair is of."""

    codes: Rows  # (n,), ascending
    images: list[int]  # rows in the data set
    image: Rows  # (n,), ascending
    caption: Rows  # (n,), rows in the data set


@dataclass(frozen=True, slots=True)
class BlockScores:
    """The scores of a block's pairs, and what was wrong with images that have none."""

    scores: NDArray[np.float32]  # (n,); NaN for a pair of a broken image
    problems: Mapping[int, str]  # place among the block's images: why it cannot be used


def pair_blocks(codes: Rows, n_captions: int) -> Iterator[Block]:
    """Cut ascending codes at every `BLOCK_IMAGES`-th image of the data set."""
    image, caption = np.divmod(codes, n_captions)
    ends = np.flatnonzero(np.diff(image // BLOCK_IMAGES)) + 1
    for part in np.split(np.arange(len(codes)), ends):
        if len(part):
            rows, local = np.unique(image[part], return_inverse=True)
            yield Block(codes[part], rows.tolist(), local, caption[part])


def image_states() -> Batches:
    """Return for how many images at a time states are kept: a block's, unless they do not fit."""
    return Batches(BLOCK_IMAGES, "images' states")


def block_scores(
    model: PairScorer,
    images: Sequence[Image],
    image: Rows,
    texts: Sequence[str],
    batches: Batches,
    spent: Spent,
    *,
    pictures: Pictures | None = None,
    states: Batches | None = None,
    tick: Tick = lambda _: None,
) -> BlockScores:
    """Score the pairs of one block.

    `image` (n,), ascending, says which of `images` each of `texts` (n,) goes with. `pictures` are
    the images prepared ahead; without them they are prepared here. `states` says for how many
    images at a time states are kept. Raises JobError for a score that is not a number.
    """
    if pictures is None:
        with closing(prepared(model, [images], spent)) as stream:
            pictures = next(stream)
    scores = np.full(len(texts), np.nan, np.float32)
    whole = np.isin(image, pictures.places)
    scorer = _BlockScorer(model, texts, batches, states or image_states(), spent, tick)
    scored = scorer.scores(
        pictures.pixels, np.searchsorted(pictures.places, image[whole]), np.flatnonzero(whole)
    )
    _refuse_bad(scored, model, images, image[whole], np.flatnonzero(whole), texts)
    scores[whole] = scored
    return BlockScores(scores, pictures.problems)


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
    ascending within an image. Images found broken are told to the workspace.
    """
    spent = Spent()
    asked = Asked(folder, image * len(texts) + caption, len(texts), spent)
    broken, unusable, done = BrokenImages(context.workspace.datasets), list[int](), asked.found
    states = image_states()
    groups = ([images[row] for row in block.images] for block in asked.blocks)
    stream = prepared(model, groups, spent, device=context.device)

    def tick(before: int, n: int) -> None:
        context.progress("scoring pairs", before + n, len(asked.codes))

    with closing(stream), Writer() as writer:
        for block in asked.blocks:
            own = [images[row] for row in block.images]
            scored = block_scores(
                model,
                own,
                block.image,
                [texts[row] for row in block.caption.tolist()],
                batches,
                spent,
                pictures=next(stream),
                states=states,
                tick=partial(tick, done),
            )
            broken.look(own, scored.problems)
            unusable += [block.images[place] for place in scored.problems]
            writer.put(partial(asked.write, block, scored.scores))
            done += len(block.codes)
    broken.close()
    return asked.scored(unusable)


class Asked:
    """Pairs whose scores are wanted: which blocks a folder lacks, and all scores in the end."""

    def __init__(self, folder: PairFolder, codes: Rows, n_captions: int, spent: Spent) -> None:
        self.codes = codes
        self._folder, self._spent, self._started = folder, spent, time.perf_counter()
        known = np.isin(codes, folder.load()[0], assume_unique=True)
        self.blocks = list(pair_blocks(codes[~known], n_captions))
        self.found = int(np.count_nonzero(known))
        if self.found:
            log.info("%d of %d pair scores were there", self.found, len(codes))

    def write(self, block: Block, scores: NDArray[np.float32]) -> None:
        """Keep a block's scores (n,) but those of broken images, which are NaN."""
        whole = np.isfinite(scores)
        if whole.any():
            with self._spent.on("write"):
                kept = block.codes[whole]
                self._folder.write_block(self._folder.name_of(kept), kept, scores[whole])

    def scored(self, unusable: Sequence[int]) -> Scored:
        """Return all scores, once every block is written."""
        scores = _looked_up(self.codes, *self._folder.load())
        elapsed_s = time.perf_counter() - self._started
        computed = int(np.count_nonzero(np.isfinite(scores))) - self.found
        if computed:
            log.info("%d pairs scored, %.1f pairs/s", computed, computed / elapsed_s)
        return Scored(scores, computed, elapsed_s, self._spent, unusable)


def _looked_up(codes: Rows, known: Rows, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the scores of codes (n,) from those of known ones, ascending; NaN if not there."""
    found = np.full(len(codes), np.nan, np.float32)
    place = np.minimum(np.searchsorted(known, codes), max(0, len(known) - 1))
    there = known[place] == codes if len(known) else np.zeros(len(codes), bool)
    found[there] = scores[place[there]]
    return found


class _BlockScorer:
    """Scores the pairs of a block: as many images at a time as their states and pairs fit."""

    def __init__(
        self,
        model: PairScorer,
        texts: Sequence[str],
        batches: Batches,
        states: Batches,
        spent: Spent,
        tick: Tick,
    ) -> None:
        self._model, self._texts, self._spent, self._tick = model, texts, spent, tick
        self._pairs, self._states = batches, states

    def scores(self, pixels: NDArray[np.float32], image: Rows, text: Rows) -> NDArray[np.float32]:
        """Return the scores of pairs (n,); `image` are rows of `pixels`, `text` of the texts."""
        size = self._pairs.size

        def part(rows: Rows) -> NDArray[np.float32]:
            """Score the pairs of some of the images: all, unless that does not fit."""
            first, end = np.searchsorted(image, [rows[0], rows[-1] + 1])
            with self._spent.on("model"):
                states = self._model.image_states(pixels[rows[0] : rows[-1] + 1])
            try:
                return self._score(states, image[first:end] - rows[0], text[first:end], int(first))
            except DoesNotFit:
                self._pairs.size = size  # beside fewer images more pairs may fit
                raise

        if not len(image):
            return np.empty(0, np.float32)
        scores: NDArray[np.float32] = self._states.run(part, np.arange(len(pixels)))
        return scores

    def _score(self, states: object, image: Rows, text: Rows, done: int) -> NDArray[np.float32]:
        """Score pairs image by image: what a model makes of an image serves a whole batch.

        An image's captions go by length, so that little padding is computed.
        """
        lengths = np.array([len(self._texts[row]) for row in text.tolist()])

        def batch(part: Rows) -> NDArray[np.float32]:
            with self._spent.on("model"):
                texts = [self._texts[row] for row in text[part].tolist()]
                return self._model.score_pairs(states, image[part], texts)

        scores = np.empty(len(image), np.float32)
        for one in np.unique(image):
            own = np.flatnonzero(image == one)
            order = own[np.argsort(-lengths[own], kind="stable")]
            for start in range(0, len(order), self._pairs.planned):
                group = order[start : start + self._pairs.planned]
                self._tick(done)
                scores[group] = self._pairs.run(batch, group)
                done += len(group)
        self._tick(done)
        return scores


def _refuse_bad(
    scores: NDArray[np.float32],
    model: PairScorer,
    images: Sequence[Image],
    image: Rows,
    text: Rows,
    texts: Sequence[str],
) -> None:
    """Raise JobError for a score that is not a number, before it is kept."""
    bad = ~np.isfinite(scores)
    if bad.any():
        at = int(bad.argmax())
        raise JobError(
            f"{model.card.spec} gave no number for the image {images[int(image[at])].key!r} with "
            f"the caption {texts[int(text[at])][:80]!r} (NaN or infinite): its weights or its "
            "precision do not work on this device."
        )
