"""The caption job: let a model describe every usable image of a data set, then measure.

Captions are committed block by block; a resumed job goes on with the images that have none.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from plugins import registry
from plugins.api import Captioner, CaptionOptions
from store.records.captioning import Captioning
from store.records.dataset import Dataset, Image
from workbench.compute.batches import Batches, batches_for
from workbench.compute.broken import BrokenImages
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Work, efficiency, told_wait
from workbench.compute.errors import JobError
from workbench.compute.first_stage import dataset_protocol
from workbench.compute.images import problem_of
from workbench.compute.loading import load_model
from workbench.jobs.caption_blocks import SAMPLED_BLOCK, Describer
from workbench.jobs.caption_scores import score_captions
from workbench.jobs.evaluate import put_model

log = logging.getLogger("workbench.jobs")


def run(context: JobContext) -> Mapping[str, Any]:
    """Caption `params["dataset_id"]` with `params["model"]`; returns the captioning's id.

    `options` are fields of `CaptionOptions`, `clip` is the run whose model measures CLIPScore: an
    id, "auto" or "none". The same data, model and options are captioned once (`reused`).
    `unreferenced` counts the images that have no human caption to compare with.
    """
    dataset = context.workspace.datasets.get(int(context.params["dataset_id"]))
    device = context.device
    captioning, reused = _captioned(context, dataset, device)
    unreferenced = score_captions(context, captioning, dataset, device)
    return {"captioning_id": captioning.id, "reused": reused, "unreferenced": unreferenced}


def effective(options: CaptionOptions) -> dict[str, Any]:
    """Return the options that have an effect: they identify a captioning."""
    idle = {"beam": ("top_p", "seed"), "nucleus": ("beams",)}[options.method]
    return {name: value for name, value in asdict(options).items() if name not in idle}


def _captioned(context: JobContext, dataset: Dataset, device: str) -> tuple[Captioning, bool]:
    """Make sure that every usable image has its caption; says whether all were there before."""
    store = context.workspace
    options = CaptionOptions(**(context.params.get("options") or {}))
    images = [image for image in store.datasets.images(dataset.id) if image.width is not None]
    if not images:
        raise JobError(
            f"The data set {dataset.name}/{dataset.split} has no usable images: import it with "
            "--images."
        )
    model = load_model(context, str(context.params["model"]), device)
    if not isinstance(model, Captioner):
        raise JobError(registry.missing_capability(model.card.spec, Captioner))
    captioning = store.captionings.start(
        dataset_id=dataset.id,
        model_id=put_model(context, model.card).id,
        options=effective(options),
        protocol={
            **dataset_protocol(dataset),
            "model": model.card.fingerprint,
            **model.card.protocol,
        },
        job_id=context.job_id,
    )
    missing = set(store.captionings.missing(captioning.id))
    if captioning.status == "done" and not _any_whole(images, missing):
        log.info("captioning %d has these captions already; nothing computed", captioning.id)
        return captioning, True
    # What is drawn depends on what is drawn together, so that nobody chooses for nucleus.
    fixed = options.method == "nucleus"
    batches = (
        Batches(SAMPLED_BLOCK)
        if fixed
        else batches_for(context, model.card, device, "generated captions", cpu=16, gpu=64)
    )
    return _caption(context, captioning, Describer(model, options, batches), images, device), False


def _any_whole(images: Sequence[Image], missing: Collection[int]) -> bool:
    """Say whether an image that was broken when the others were captioned is whole again."""
    return any(problem_of(image) is None for image in images if image.id in missing)


def _caption(
    context: JobContext,
    captioning: Captioning,
    describer: Describer,
    images: list[Image],
    device: str,
) -> Captioning:
    """Write the captions that are missing and say that the captioning is done."""
    captionings, spent = context.workspace.captionings, describer.spent
    broken = BrokenImages(context.workspace.datasets)
    missing = set(captionings.missing(captioning.id))
    found, made = sum(image.id not in missing for image in images), 0
    if found:
        log.info("%d of %d captions were there", found, len(images))
    context.progress("captioning images", found, len(images))
    started = time.perf_counter()
    for block in describer.blocks(images, missing, broken, device):
        with spent.on("write"):
            made += captionings.add(captioning.id, block)
        context.progress("captioning images", found + made, len(images))
    broken.close()
    if not found + made:
        raise JobError(
            "None of the images can be used: see what `workbench datasets` says of them."
        )
    card = describer.model.card
    work = Work.done(
        card,
        device,
        computed=made,
        elapsed_s=time.perf_counter() - started,
        batch_size=describer.batches.size,
        spent=spent,
        gflops={},
    )
    cost = efficiency({"images": work}, (card,), vectors_bytes=None)
    log.info("stored as captioning %d%s", captioning.id, told_wait(cost))
    return captionings.finish(
        captioning.id,
        seconds=work.elapsed_s,
        images_per_s=work.per_s,
        peak_memory_bytes=work.peak_host_bytes,
        efficiency=cost,
    )
