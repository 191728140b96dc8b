"""Embedding a data set: vectors in shards, each written once, so that a killed job goes on.

A shard is a block of rows in the order of the data set's ids. How it is cut into groups follows
from the shard and the planned batch size alone: whoever computes it, in whatever process and after
whatever came before, gets the same bits. (Where a GPU ran out of memory a group is computed in
smaller parts, and its rows may differ by the rounding of float32.)
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from plugins.api import ImageTextEncoder, PrecomputedVectors
from store.records.dataset import Image
from workbench.compute.background import Writer
from workbench.compute.batches import Batches
from workbench.compute.broken import BrokenImages
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Spent
from workbench.compute.errors import JobError
from workbench.compute.images import problem_of
from workbench.compute.prepared import Pictures, prepared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.vectors import Side, VectorFolder

log = logging.getLogger("workbench.jobs")

SHARD_ROWS = 1024
STAGES: Mapping[Side, str] = {"images": "embedding images", "texts": "embedding captions"}

Tick = Callable[[int], None]
"""Is told after every batch how many items of a shard are done, and may raise to stop the work."""


@dataclass(frozen=True, slots=True)
class ImageShard:
    """The vectors of a shard's images, and what was wrong with those that have none."""

    vectors: NDArray[np.float32]  # (n, d); zeros for an image without usable pixels
    problems: Mapping[int, str]  # place in the shard: why its image cannot be used


def shards(n: int) -> list[range]:
    """Cut `n` rows into shards."""
    return [range(start, min(start + SHARD_ROWS, n)) for start in range(0, n, SHARD_ROWS)]


def image_groups(images: Sequence[Image], size: int) -> list[list[int]]:
    """Return the places of a shard's usable images, batch by batch.

    A batch is a stretch of the shard without its unusable images: one that goes bad, or is whole
    again, changes no other batch.
    """
    stretches = (range(len(images))[start : start + size] for start in range(0, len(images), size))
    groups = ([place for place in part if images[place].width is not None] for part in stretches)
    return [group for group in groups if group]


def image_shard(
    model: ImageTextEncoder,
    images: Sequence[Image],
    batches: Batches,
    spent: Spent,
    *,
    pictures: Iterator[Pictures] | None = None,
    tick: Tick = lambda _: None,
) -> ImageShard:
    """Embed the images of one shard.

    `pictures` are those of `image_groups(images, batches.planned)`, prepared ahead; without them
    they are prepared here. Raises JobError for a vector that could never be ranked.
    """
    groups = image_groups(images, batches.planned)
    if pictures is None:
        own = prepared(model, ([images[place] for place in group] for group in groups), spent)
        with closing(own):
            return image_shard(model, images, batches, spent, pictures=own, tick=tick)
    vectors = np.zeros((len(images), model.card.embedding_dim), np.float32)
    problems: dict[int, str] = {}
    for group in groups:
        found = next(pictures)
        tick(group[0])
        problems |= {group[place]: problem for place, problem in found.problems.items()}
        if found.places:
            with spent.on("model"):
                rows = batches.run(model.encode_images, found.pixels)
            whole = [group[place] for place in found.places]
            _refuse_bad(rows, model, "image", [images[place].key for place in whole])
            vectors[whole] = rows
        tick(group[-1] + 1)
    return ImageShard(vectors, problems)


def text_shard(
    model: ImageTextEncoder,
    texts: Sequence[str],
    batches: Batches,
    spent: Spent,
    *,
    tick: Tick = lambda _: None,
) -> NDArray[np.float32]:
    """Embed the captions of one shard, (n, d).

    They go to the model by length, longest first: a model that computes a batch no further than
    its longest caption then wastes little, and memory runs out at once or never. Raises JobError
    for a vector that could never be ranked.
    """
    order = np.array(sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True))
    vectors = np.empty((len(texts), model.card.embedding_dim), np.float32)

    def encode(part: NDArray[np.int64]) -> NDArray[np.float32]:
        with spent.on("model"):
            return model.encode_texts([texts[row] for row in part])

    for start in range(0, len(order), batches.planned):
        group = order[start : start + batches.planned]
        tick(start)
        rows = batches.run(encode, group)
        _refuse_bad(rows, model, "caption", [texts[row] for row in group])
        vectors[group] = rows
    tick(len(order))
    return vectors


@dataclass(frozen=True, slots=True)
class Embedded:
    """How an embedding went; `rows` counts those computed now, not those found on disk."""

    rows: int
    elapsed_s: float
    spent: Spent = field(default_factory=Spent)


def embed_images(
    context: JobContext,
    folder: VectorFolder,
    model: ImageTextEncoder,
    images: Sequence[Image],
    batches: Batches,
) -> Embedded:
    """Write the images' vectors; a row of zeros stands for an image without usable pixels.

    Images found broken are told to the workspace; what was broken and is whole again is computed.
    """
    spent, broken = Spent(), BrokenImages(context.workspace.datasets)
    reopen_healed(folder, images)
    missing = missing_shards(folder, "images", len(images))
    # One stream over all shards, so that the first images of the next one are ready in time.
    groups = (
        [images[rows.start + place] for place in group]
        for rows in missing.values()
        for group in image_groups(images[rows.start : rows.stop], batches.planned)
    )

    def compute(rows: range, tick: Tick) -> NDArray[np.float32]:
        part = images[rows.start : rows.stop]
        found = image_shard(model, part, batches, spent, pictures=stream, tick=tick)
        broken.look(part, found.problems)
        return found.vectors

    with closing(prepared(model, groups, spent, device=context.device)) as stream:
        blocks = _computed(context, "images", len(images), missing, compute)
        return write_shards(
            context, folder, "images", len(images), missing, blocks, spent, broken.close
        )


def embed_texts(
    context: JobContext,
    folder: VectorFolder,
    model: ImageTextEncoder,
    texts: Sequence[str],
    batches: Batches,
) -> Embedded:
    """Write the captions' vectors."""
    spent = Spent()

    def compute(rows: range, tick: Tick) -> NDArray[np.float32]:
        return text_shard(model, texts[rows.start : rows.stop], batches, spent, tick=tick)

    missing = missing_shards(folder, "texts", len(texts))
    blocks = _computed(context, "texts", len(texts), missing, compute)
    return write_shards(context, folder, "texts", len(texts), missing, blocks, spent)


def copy_vectors(
    context: JobContext,
    folder: VectorFolder,
    model: PrecomputedVectors,
    n_images: int,
    n_captions: int,
) -> None:
    """Take over vectors made elsewhere."""
    sides: tuple[tuple[Side, Iterator[NDArray[np.float32]], int], ...] = (
        ("images", model.image_vectors(n_images), n_images),
        ("texts", model.text_vectors(n_captions), n_captions),
    )
    for side, blocks, total in sides:
        if folder.array(side) is not None:
            continue
        done = 0
        for index, block in enumerate(blocks):
            folder.write_shard(side, index, block)
            done += len(block)
            context.progress(f"reading {side}", done, total)
        folder.assemble(side, total)


def missing_shards(folder: VectorFolder, side: Side, total: int) -> dict[int, range]:
    """Return the shards that are to be computed with their rows; none if the side is complete."""
    whole = folder.array(side)
    if whole is not None and len(whole) == total:
        return {}
    return {
        index: rows for index, rows in enumerate(shards(total)) if not folder.has_shard(side, index)
    }


def reopen_healed(folder: VectorFolder, images: Sequence[Image]) -> None:
    """Drop the shards with a row of zeros whose image is whole again, or not known to be broken.

    The latter had vanished with its folder when the job stopped.
    """
    reopened = {
        index
        for index, rows in enumerate(shards(len(images)))
        if (vectors := folder.stretch("images", index, rows)) is not None
        and any(
            image.problem is None or problem_of(image) is None
            for image in (images[rows.start + place] for place in _zeros(vectors))
            if image.width is not None
        )
    }
    if reopened:
        log.info("images that had no vectors may have them now: their shards are computed anew")
        folder.reopen("images", shards(len(images)), without=reopened)


def _zeros(vectors: NDArray[np.float32]) -> list[int]:
    return np.flatnonzero(~vectors.any(axis=1)).tolist()


def write_shards(
    context: JobContext,
    folder: VectorFolder,
    side: Side,
    total: int,
    missing: Mapping[int, range],
    blocks: Iterable[tuple[int, NDArray[np.float32]]],
    spent: Spent,
    close: Callable[[], None] = lambda: None,
) -> Embedded:
    """Write the missing shards as they come, in any order, then join all; `close` may object.

    `blocks` are the shards by index; they are not asked for if nothing is missing.
    """
    rows = sum(map(len, missing.values()))
    if not rows and folder.array(side) is not None:
        log.info("%s: all %d vectors were there; nothing computed", side, total)
        return Embedded(0, 0.0)
    started = time.perf_counter()

    def write(index: int, block: NDArray[np.float32]) -> None:
        with spent.on("write"):
            folder.write_shard(side, index, block)

    with Writer() as writer:
        for index, block in blocks:
            writer.put(partial(write, index, block))
            context.check()
    close()
    folder.assemble(side, total)
    if rows < total:
        log.info("%s: %d of %d vectors were there", side, total - rows, total)
    return Embedded(rows, time.perf_counter() - started, spent)


def _computed(
    context: JobContext,
    side: Side,
    total: int,
    missing: Mapping[int, range],
    compute: Callable[[range, Tick], NDArray[np.float32]],
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Compute the missing shards here, one after the other."""

    def tick(start: int, done: int) -> None:
        context.progress(STAGES[side], start + done, total)

    for index, rows in missing.items():
        yield index, compute(rows, partial(tick, rows.start))


def _refuse_bad(
    vectors: NDArray[np.float32], model: ImageTextEncoder, kind: str, names: Sequence[str]
) -> None:
    """Raise JobError for a vector that would never be ranked, before it is kept."""
    bad = ~(np.abs(np.linalg.norm(vectors, axis=1) - 1) < 1e-3)  # true for NaN as well
    if bad.any():
        raise JobError(
            f"{model.card.spec} gave no unit vector for the {kind} "
            f"{names[int(bad.argmax())][:80]!r} (NaN, infinite or zero): its weights or its "
            "precision do not work on this device."
        )
