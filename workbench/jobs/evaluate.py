"""The evaluate job: embed, rank both directions, measure, store whole, suggest categories."""

from __future__ import annotations

import logging
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from plugins import registry
from plugins.api import ImageTextEncoder, PrecomputedVectors
from plugins.api import Model as LoadedModel
from store.records import Dataset, DatasetOrder, Direction, Image, Metric, Model, RankTable, Run
from workbench.jobs.context import JobContext
from workbench.jobs.embed import Batches, copy_vectors, embed_images, embed_texts
from workbench.jobs.errors import JobError
from workbench.jobs.label import label_run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.vectors import VectorFolder
    from workbench.analysis.ranking import Ranking

log = logging.getLogger("workbench.jobs")

STAGE = "itc"

_GPU_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


@dataclass(frozen=True, slots=True)
class _Throughput:
    images_per_s: float | None = None
    captions_per_s: float | None = None


def run(context: JobContext) -> Mapping[str, Any]:
    """Evaluate `params["model"]` on `params["dataset_id"]`; returns the run's id.

    Nothing is computed twice: vectors are kept under a content key, and a run with the same data,
    model and protocol is returned as it is (`reused`).
    """
    started = time.perf_counter()
    store = context.workspace
    dataset = store.datasets.get(int(context.params["dataset_id"]))
    device = resolve_device(str(context.params.get("device") or "auto"))
    context.progress("loading the model", 0, 0)
    loaded = registry.load_model(str(context.params["model"]), device)
    model = _put_model(context, loaded)
    folder = store.vectors.folder(
        store.vectors.key(
            dataset.fingerprint, model.fingerprint, str(loaded.card.protocol.get("prompt", ""))
        )
    )
    speed = _embed(context, folder, loaded, dataset, device)
    protocol = _protocol(context, folder, loaded, dataset)
    existing = store.runs.same(dataset.id, model.id, STAGE, protocol)
    if existing is not None:
        log.info("run %d has these results already; nothing computed", existing.id)
        _suggest(context, existing)
        return {"run_id": existing.id, "reused": True}
    ranked = _rank(context, folder, store.datasets.order(dataset.id), int(protocol["k"]))
    context.progress("storing the run", 0, 0)
    stored = store.runs.add(
        dataset_id=dataset.id,
        model_id=model.id,
        stage=STAGE,
        protocol=protocol,
        job_id=context.job_id,
        seconds=time.perf_counter() - started,
        images_per_s=speed.images_per_s,
        captions_per_s=speed.captions_per_s,
        peak_memory_bytes=peak_memory_bytes(),
        metrics=ranked.metrics,
        tables=ranked.tables,
    )
    log.info("stored as run %d", stored.id)
    _suggest(context, stored)
    return {"run_id": stored.id, "reused": False}


def resolve_device(wish: str) -> str:
    """Turn "auto" into the best device of this machine."""
    if wish != "auto":
        return wish
    if not any(Path(driver).exists() for driver in _GPU_DRIVERS):
        return "cpu"  # without asking torch, which takes seconds to import
    import torch

    return "cuda:0" if torch.cuda.is_available() else "cpu"


def peak_memory_bytes() -> int:
    """Return the most memory this process has had so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _put_model(context: JobContext, loaded: LoadedModel) -> Model:
    card = loaded.card
    return context.workspace.models.put(
        spec=card.spec,
        plugin=card.plugin,
        name=card.name,
        weights=card.weights,
        fingerprint=card.fingerprint,
        parameters=card.parameters,
        embedding_dim=card.embedding_dim,
    )


def _embed(
    context: JobContext, folder: VectorFolder, model: LoadedModel, dataset: Dataset, device: str
) -> _Throughput:
    """Make sure that the folder holds the vectors; the throughput is of what was computed now."""
    if isinstance(model, PrecomputedVectors):
        copy_vectors(context, folder, model, dataset.n_images, dataset.n_captions)
        return _Throughput()
    if not isinstance(model, ImageTextEncoder):
        raise JobError(f"{model.card.spec} cannot embed images and captions.")
    store = context.workspace
    images: list[Image] = list(store.datasets.images(dataset.id))
    if not any(image.width is not None for image in images):
        raise JobError(
            f"The data set {dataset.name}/{dataset.split} has no usable images: import it with "
            "--images, or evaluate precomputed vectors (vectors:DIR)."
        )
    texts = [caption.text for caption in store.datasets.captions(dataset.id)]
    batches = Batches(_batch_size(context, device))
    by_image = embed_images(context, folder, model, images, batches)
    by_text = embed_texts(context, folder, model, texts, batches)
    if "truncated_captions" not in folder.meta():
        cut = sum(model.truncated(texts))
        folder.write_meta({**folder.meta(), "truncated_captions": cut, "model": model.card.spec})
    return _Throughput(by_image.per_s, by_text.per_s)


def _batch_size(context: JobContext, device: str) -> int:
    wish = context.params.get("batch_size") or "auto"
    if wish == "auto":
        return 32 if device == "cpu" else 256
    return int(wish)


def _protocol(
    context: JobContext, folder: VectorFolder, model: LoadedModel, dataset: Dataset
) -> dict[str, Any]:
    """Everything that a comparison with another number must know."""
    return {
        "dataset": dataset.fingerprint,
        "split": dataset.split,
        "images": dataset.n_images,
        "captions_per_image": round(dataset.n_captions / max(1, dataset.n_images), 3),
        "model": model.card.fingerprint,
        **model.card.protocol,
        "truncated_captions": folder.meta().get("truncated_captions", 0),
        "k": int(context.params.get("k") or 10),
        "rerank": None,
        "code_version": metadata.version("retrieval-workbench"),
    }


@dataclass(frozen=True, slots=True)
class _Ranked:
    metrics: list[Metric]
    tables: list[RankTable]


def _rank(context: JobContext, folder: VectorFolder, order: DatasetOrder, k: int) -> _Ranked:
    from workbench.analysis.intervals import summarise
    from workbench.analysis.ranks import rank_retrieval

    images, captions = folder.array("images"), folder.array("texts")
    assert images is not None
    assert captions is not None
    caption_image = order.caption_image
    image_ids, caption_ids = order.image_ids, order.caption_ids
    usable = np.linalg.norm(images, axis=1) > 0  # zeros: images without usable pixels
    if not usable.all():
        kept = usable[caption_image]
        row = np.cumsum(usable) - 1
        log.info("%d images without usable pixels are left out", np.count_nonzero(~usable))
        images, captions = images[usable], captions[kept]
        image_ids, caption_ids = image_ids[usable], caption_ids[kept]
        caption_image = row[caption_image[kept]]
    if not len(captions):
        raise JobError("No usable image of the data set has a caption: there is nothing to rank.")
    result = rank_retrieval(
        images,
        captions,
        caption_image,
        k=k,
        progress=lambda done, total: context.progress("ranking", done, total),
    )
    context.progress("measuring", 0, 0)
    summary = summarise(result, caption_image)
    metrics = [
        Metric(cast(Direction, direction), name, interval.value, interval.low, interval.high)
        for direction, numbers in summary.items()
        for name, interval in numbers.items()
    ]
    tables = [
        _table("t2i", result.t2i, caption_ids, image_ids),
        _table("i2t", result.i2t, image_ids, caption_ids),
    ]
    return _Ranked(metrics, tables)


def _table(
    direction: Direction,
    ranking: Ranking,
    query_ids: NDArray[np.int64],
    item_ids: NDArray[np.int64],
) -> RankTable:
    """Turn rows of the vector arrays into ids of the data set."""
    # With nothing but positives in the gallery there is no margin, and nothing to be confused with.
    top = np.where(np.isnan(ranking.margin), -1, item_ids[ranking.top])
    return RankTable(
        direction=direction,
        query_id=query_ids[ranking.query],
        rank=ranking.rank,
        positive_id=item_ids[ranking.positive],
        positive_score=ranking.positive_score,
        top_id=top,
        top_score=ranking.top_score,
        margin=ranking.margin,
        r_precision=ranking.r_precision,
        hit_ids=np.where(ranking.hits >= 0, item_ids[ranking.hits], -1),
        hit_scores=ranking.hit_scores,
    )


def _suggest(context: JobContext, run: Run) -> None:
    """Label what the labelers have not seen yet."""
    label_run(context, run, only_missing=True)
