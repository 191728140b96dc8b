"""Embedding a data set: vectors in shards, each written once, so that a killed job goes on.

A shard is a block of rows in the order of the data set's ids. Batches never reach over a shard's
ends, so a resumed job computes exactly the batches an uninterrupted one would have.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from plugins.api import ImageTextEncoder, PrecomputedVectors
from store.records import Image
from workbench.compute.background import Writer
from workbench.compute.batches import Batches
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Spent
from workbench.compute.errors import JobError
from workbench.compute.prepared import prepared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.vectors import Side, VectorFolder

log = logging.getLogger("workbench.jobs")

SHARD_ROWS = 1024


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
    """Write the images' vectors; a row of zeros stands for an image without usable pixels."""
    spent = Spent()
    missing = _missing(folder, "images", len(images))
    groups = {index: _groups(images, rows, batches.size) for index, rows in missing.items()}
    # One stream over all shards, so that the first images of the next one are ready in time.
    stream = prepared(
        model,
        ([images[row] for row in group] for shard in groups.values() for group in shard),
        spent,
    )

    def compute(index: int, rows: range) -> NDArray[np.float32]:
        vectors = np.zeros((len(rows), model.card.embedding_dim), np.float32)
        for group in groups[index]:
            pixels = next(stream)
            context.check()
            with spent.on("model"):
                found = batches.run(model.encode_images, pixels)
            _refuse_bad(found, model, "image", [images[row].key for row in group])
            vectors[np.subtract(group, rows.start)] = found
            context.progress("embedding images", group[-1] + 1, len(images))
        return vectors

    with closing(stream):
        return _in_shards(context, folder, "images", len(images), missing, compute, spent)


def embed_texts(
    context: JobContext,
    folder: VectorFolder,
    model: ImageTextEncoder,
    texts: Sequence[str],
    batches: Batches,
) -> Embedded:
    """Write the captions' vectors.

    Within a shard captions go to the model by length, longest first: a model that computes a batch
    no further than its longest caption then wastes little, and memory runs out at once or never.
    """
    spent = Spent()

    def compute(_: int, rows: range) -> NDArray[np.float32]:
        order = np.array(sorted(rows, key=lambda row: len(texts[row]), reverse=True))
        done = rows.start

        def encode(part: NDArray[np.int64]) -> NDArray[np.float32]:
            nonlocal done
            context.progress("embedding captions", done, len(texts))
            with spent.on("model"):
                vectors = model.encode_texts([texts[row] for row in part])
            done += len(part)
            return vectors

        found: NDArray[np.float32] = batches.run(encode, order)
        _refuse_bad(found, model, "caption", [texts[row] for row in order])
        vectors = np.empty_like(found)
        vectors[order - rows.start] = found
        context.progress("embedding captions", done, len(texts))
        return vectors

    missing = _missing(folder, "texts", len(texts))
    return _in_shards(context, folder, "texts", len(texts), missing, compute, spent)


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


def _missing(folder: VectorFolder, side: Side, total: int) -> dict[int, range]:
    """Return the shards that are to be computed with their rows; none if the side is complete."""
    whole = folder.array(side)
    if whole is not None and len(whole) == total:
        return {}
    return {
        index: range(start, min(start + SHARD_ROWS, total))
        for index, start in enumerate(range(0, total, SHARD_ROWS))
        if not folder.has_shard(side, index)
    }


def _groups(images: Sequence[Image], rows: range, size: int) -> list[list[int]]:
    """Return the rows of a shard's usable images, batch by batch."""
    usable = [row for row in rows if images[row].width is not None]
    return [usable[start : start + size] for start in range(0, len(usable), size)]


def _in_shards(
    context: JobContext,
    folder: VectorFolder,
    side: Side,
    total: int,
    missing: Mapping[int, range],
    compute: Callable[[int, range], NDArray[np.float32]],
    spent: Spent,
) -> Embedded:
    rows = sum(map(len, missing.values()))
    if not rows and folder.array(side) is not None:
        log.info("%s: all %d vectors were there; nothing computed", side, total)
        return Embedded(0, 0.0)
    started = time.perf_counter()

    def write(index: int, block: NDArray[np.float32]) -> None:
        with spent.on("write"):
            folder.write_shard(side, index, block)

    with Writer() as writer:
        for index, shard in missing.items():
            block = compute(index, shard)
            writer.put(partial(write, index, block))
            context.check()
    folder.assemble(side, total)
    if rows < total:
        log.info("%s: %d of %d vectors were there", side, total - rows, total)
    return Embedded(rows, time.perf_counter() - started, spent)


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
