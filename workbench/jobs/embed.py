"""Embedding a data set: vectors in shards, each written once, so that a killed job goes on.

A shard is a block of rows in the order of the data set's ids; batches start at the shard's first
row, so a resumed job computes exactly the batches an uninterrupted one would have.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from plugins.api import ImageTextEncoder, PrecomputedVectors
from store.records import Image
from workbench.jobs.context import JobContext
from workbench.jobs.errors import JobError
from workbench.jobs.images import ImageProblem, open_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.vectors import Side, VectorFolder

log = logging.getLogger("workbench.jobs")

SHARD_ROWS = 1024


@dataclass(frozen=True, slots=True)
class Embedded:
    """How an embedding went; `rows` counts those computed now, not those found on disk."""

    rows: int
    seconds: float

    @property
    def per_s(self) -> float | None:
        """Rows per second, None if nothing was computed."""
        return self.rows / self.seconds if self.rows and self.seconds > 0 else None


class Batches:
    """Runs a function over batches and halves the batch when the device runs out of memory.

    Halving is safe here: in inference no number depends on the other items of a batch.
    """

    def __init__(self, size: int) -> None:
        self.size = size

    def run(self, encode: Callable[[Any], Any], items: Sequence[Any] | NDArray[Any]) -> Any:
        """Encode all items and return the rows, (len(items), d)."""
        rows = []
        start = 0
        while start < len(items):
            try:
                rows.append(encode(items[start : start + self.size]))
            except RuntimeError as error:
                if type(error).__name__ != "OutOfMemoryError":
                    raise
                if self.size == 1:
                    raise JobError(
                        "The device has not enough free memory for a single item: "
                        "free memory, or use --device cpu."
                    ) from error
                self.size //= 2
                log.warning("out of device memory; batch is now %d", self.size)
                continue
            start += self.size
        return np.concatenate(rows)


def embed_images(
    context: JobContext,
    folder: VectorFolder,
    model: ImageTextEncoder,
    images: Sequence[Image],
    batches: Batches,
) -> Embedded:
    """Write the images' vectors; a row of zeros stands for an image without usable pixels."""

    def compute(rows: range) -> NDArray[np.float32]:
        block = [images[row] for row in rows]
        usable = [at for at, image in enumerate(block) if image.width is not None]
        vectors = np.zeros((len(block), model.card.embedding_dim), np.float32)
        done = 0
        for part in _prepared(model, [block[at] for at in usable], batches.size):
            context.check()
            rows_of_part = usable[done : done + len(part)]
            found = batches.run(model.encode_images, part)
            _refuse_bad(found, model, "image", [block[at].key for at in rows_of_part])
            vectors[rows_of_part] = found
            done += len(part)
            context.progress("embedding images", rows.start + done, len(images))
        return vectors

    return _in_shards(context, folder, "images", len(images), compute)


def embed_texts(
    context: JobContext,
    folder: VectorFolder,
    model: ImageTextEncoder,
    texts: Sequence[str],
    batches: Batches,
) -> Embedded:
    """Write the captions' vectors."""

    def compute(rows: range) -> NDArray[np.float32]:
        done = rows.start

        def encode(batch: Sequence[str]) -> NDArray[np.float32]:
            nonlocal done
            context.progress("embedding captions", done, len(texts))
            vectors = model.encode_texts(batch)
            done += len(batch)
            return vectors

        vectors: NDArray[np.float32] = batches.run(encode, texts[rows.start : rows.stop])
        _refuse_bad(vectors, model, "caption", texts[rows.start : rows.stop])
        context.progress("embedding captions", done, len(texts))
        return vectors

    return _in_shards(context, folder, "texts", len(texts), compute)


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


def _in_shards(
    context: JobContext,
    folder: VectorFolder,
    side: Side,
    total: int,
    compute: Callable[[range], NDArray[np.float32]],
) -> Embedded:
    existing = folder.array(side)
    if existing is not None and len(existing) == total:
        log.info("%s: all %d vectors were there; nothing computed", side, total)
        return Embedded(0, 0.0)
    started = time.perf_counter()
    computed = 0
    for index, start in enumerate(range(0, total, SHARD_ROWS)):
        rows = range(start, min(start + SHARD_ROWS, total))
        if folder.has_shard(side, index):
            continue
        folder.write_shard(side, index, compute(rows))
        computed += len(rows)
        context.check()
    folder.assemble(side, total)
    if computed < total:
        log.info("%s: %d of %d vectors were there", side, total - computed, total)
    return Embedded(computed, time.perf_counter() - started)


def _prepared(
    model: ImageTextEncoder, images: Iterable[Image], batch: int
) -> Iterator[NDArray[np.float32]]:
    """Yield prepared batches; the next one is decoded while the device works on this one."""

    def prepare(image: Image) -> NDArray[np.float32]:
        assert image.path is not None
        try:
            return model.prepare_image(open_image(image.path))
        except ImageProblem as problem:
            raise JobError(
                f"The image {image.path} was whole when it was imported, but now: {problem}. "
                "Restore it, or import the data set again."
            ) from problem

    queue = iter(images)
    with ThreadPoolExecutor() as pool:
        ahead = [pool.submit(prepare, image) for image in islice(queue, batch)]
        while ahead:
            current = ahead
            ahead = [pool.submit(prepare, image) for image in islice(queue, batch)]
            yield np.stack([future.result() for future in current])
