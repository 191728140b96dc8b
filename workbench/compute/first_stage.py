"""The first stage of an evaluation: vectors, and the ranking by their cosines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import metadata
from typing import TYPE_CHECKING, Any

from plugins.api import ImageTextEncoder, ModelCard, PrecomputedVectors
from plugins.api import Model as LoadedModel
from store.rank_shards import RankShards
from store.records.dataset import Dataset, Image
from workbench.compute import flops
from workbench.compute.batches import Batches
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Kind, Work
from workbench.compute.embed import Embedded, copy_vectors
from workbench.compute.engines import Engine
from workbench.compute.errors import JobError
from workbench.compute.gallery import Gallery, open_gallery
from workbench.compute.locks import release, try_lock
from workbench.compute.ranking import rank

if TYPE_CHECKING:
    from store.vectors import VectorFolder
    from workbench.analysis.ranking import Retrieval

STAGE = "itc"

_LOOK_S = 0.3
"""How often a job looks whether the vectors that it needs are free."""


@dataclass
class FirstStage:
    """The vectors of a data set by a model; ranked when somebody asks, and then once.

    `top_k` hits of a query are stored, `k_test` are re-ranked by a second stage (0: there is none).
    `left_out` are rows of images that are not ranked although they have vectors.
    """

    context: JobContext
    engine: Engine
    dataset: Dataset
    card: ModelCard
    folder: VectorFolder
    works: Mapping[Kind, Work]
    top_k: int
    k_test: int = 0
    left_out: tuple[int, ...] = ()

    def without(self, rows: Sequence[int]) -> FirstStage:
        """Return the same vectors without some images and their captions, to be ranked anew."""
        return replace(self, left_out=(*self.left_out, *rows))

    @cached_property
    def gallery(self) -> Gallery:
        """What is ranked."""
        order = self.context.workspace.datasets.order(self.dataset.id)
        return open_gallery(self.folder, order, self.left_out)

    @cached_property
    def retrieval(self) -> Retrieval:
        """The ranking, with as many hits as either stage needs."""
        return rank(self.context, self.gallery, self._reach, self.engine, self._shards)

    def drop_shards(self) -> None:
        """Remove what is kept of an unfinished ranking; all that comes of it has been stored."""
        self._shards.drop()

    @property
    def _reach(self) -> int:
        """How many hits of a query are to be known."""
        # Where candidates change places, what comes behind all positives must be known as well.
        reach = max(self.k_test, self.gallery.most_captions + 1) if self.k_test else 0
        return max(self.top_k, reach)

    @property
    def _shards(self) -> RankShards:
        return RankShards(self.folder.path, self._reach)

    @property
    def vectors_bytes(self) -> int:
        """What the vectors take on disk."""
        sides = (self.folder.array("images"), self.folder.array("texts"))
        return sum(side.nbytes for side in sides if side is not None)

    @property
    def protocol(self) -> dict[str, Any]:
        """Everything that a comparison with another number must know."""
        return {
            **dataset_protocol(self.dataset, self.gallery),
            "model": self.card.fingerprint,
            **self.card.protocol,
            "truncated_captions": self.folder.meta().get("truncated_captions", 0),
            "k": self.top_k,
            "rerank": None,
        }


def dataset_protocol(dataset: Dataset, gallery: Gallery | None = None) -> dict[str, Any]:
    """What the protocol of any run says of its data, and of the program.

    Of a gallery, `images` counts those in it, and `unusable_images` the others if there are any.
    """
    images, captions = dataset.n_images, dataset.n_captions
    if gallery is not None:
        images, captions = len(gallery.image_rows), len(gallery.caption_rows)
    unusable = dataset.n_images - images
    return {
        "dataset": dataset.fingerprint,
        "split": dataset.split,
        "images": images,
        **({"unusable_images": unusable} if unusable else {}),
        "captions_per_image": round(captions / max(1, images), 3),
        "code_version": metadata.version("retrieval-workbench"),
    }


@contextmanager
def alone(context: JobContext, dataset: Dataset, card: ModelCard) -> Iterator[None]:
    """Keep other jobs from making and ranking the same vectors meanwhile.

    One on another device then finds them instead of computing them too.
    """

    path = _folder(context, dataset, card).path / "writer.lock"
    while (lock := try_lock(path, _LOOK_S)) is None:
        context.progress("waiting for a job that makes the same vectors", 0, 0)
    try:
        yield
    finally:
        release(lock)


def embed(
    context: JobContext,
    dataset: Dataset,
    model: LoadedModel,
    engine: Engine,
    *,
    top_k: int,
    k_test: int,
) -> FirstStage:
    """Make sure that a model's vectors of a data set are there."""
    folder = _folder(context, dataset, model.card)
    if isinstance(model, PrecomputedVectors):
        copy_vectors(context, folder, model, dataset.n_images, dataset.n_captions)
    elif isinstance(model, ImageTextEncoder):
        _embed(context, folder, model, dataset, engine)
    else:
        raise JobError(f"{model.card.spec} cannot embed images and captions.")
    return FirstStage(context, engine, dataset, model.card, folder, _works(folder), top_k, k_test)


def _folder(context: JobContext, dataset: Dataset, card: ModelCard) -> VectorFolder:
    vectors = context.workspace.vectors
    prompt = str(card.protocol.get("prompt", ""))
    return vectors.folder(vectors.key(dataset.fingerprint, card.fingerprint, prompt))


def _embed(
    context: JobContext,
    folder: VectorFolder,
    model: ImageTextEncoder,
    dataset: Dataset,
    engine: Engine,
) -> None:
    store = context.workspace
    images: list[Image] = list(store.datasets.images(dataset.id))
    if not any(image.width is not None for image in images):
        raise JobError(
            f"The data set {dataset.name}/{dataset.split} has no usable images: import it with "
            "--images, or evaluate precomputed vectors (vectors:DIR)."
        )
    texts = [caption.text for caption in store.datasets.captions(dataset.id)]
    image_batches = engine.batches(model, "images", cpu=32, gpu=256)
    # Captions take little memory: the more there are, the more of like length go together.
    text_batches = engine.batches(model, "captions", cpu=128, gpu=1024)

    def keep(
        kind: Kind, done: Embedded, batches: Batches, gflops: Mapping[str, float | None]
    ) -> None:
        """Keep what it took beside the vectors, for every run that uses them."""
        work = Work.done(
            model.card,
            engine.device,
            computed=done.rows,
            elapsed_s=done.elapsed_s,
            batch_size=batches.size,
            spent=done.spent,
            gflops=gflops,
        )
        meta = folder.meta()
        measured = {**meta.get("measured", {}), kind: engine.described(work).as_json()}
        folder.write_meta({**meta, "measured": measured, "model": model.card.spec})

    if (done := engine.embed_images(folder, model, images, image_batches)).rows:
        keep("images", done, image_batches, {"image": flops.image_gflops(model)})
    if (done := engine.embed_texts(folder, model, texts, text_batches)).rows:
        keep("captions", done, text_batches, {"text": flops.text_gflops(model)})
    if "truncated_captions" not in folder.meta():
        cut = sum(model.truncated(texts))
        folder.write_meta({**folder.meta(), "truncated_captions": cut})


def _works(folder: VectorFolder) -> dict[Kind, Work]:
    """Return what it took to make the vectors, as far as it was kept."""
    measured = folder.meta().get("measured", {})
    kinds: tuple[Kind, ...] = ("images", "captions")
    found = {kind: Work.from_json(measured.get(kind)) for kind in kinds}
    return {kind: work for kind, work in found.items() if work is not None}
