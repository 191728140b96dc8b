"""CLIPScore and RefCLIPScore: how near a caption is to its image in the space of a model.

The vectors of the images and of the human captions are those of an evaluated run; only what was
generated is embedded here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from plugins import registry
from plugins.api import ImageTextEncoder, PluginError
from store.records.captioning import Captioning, GeneratedCaption
from store.records.dataset import Dataset
from store.records.run import Run
from store.workspace import Workspace
from workbench.compute.batches import Batches, batch_size
from workbench.compute.context import JobContext
from workbench.compute.errors import JobError
from workbench.compute.run_vectors import (
    encoder_of,
    first_stage_of,
    vectors_folder,
    vectors_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger("workbench.jobs")

Clip = int | str
"""The run whose model measures: its id, "auto" for the newest that can, "none".

"auto" passes over runs of the captioner itself while there is another: a model finds that its own
captions suit an image.
"""


def check_clip(workspace: Workspace, dataset: Dataset, clip: Clip) -> None:
    """Raise JobError for a run that cannot measure captions of a data set."""
    if isinstance(clip, int):
        _refuse(workspace, workspace.runs.get(clip), dataset)


def clip_run(
    workspace: Workspace, dataset: Dataset, captioning: Captioning, clip: Clip
) -> Run | None:
    """Find the run whose model measures; None for "none", and for "auto" if there is none."""
    if isinstance(clip, int):
        run = workspace.runs.get(clip)
        _refuse(workspace, run, dataset)
        return run
    if clip == "none":
        return None
    on_it = [run for run in workspace.runs.all() if run.dataset_id == dataset.id]
    on_it.sort(key=lambda run: run.model == captioning.model)  # the newest first within both
    return next((run for run in on_it if _can(workspace, dataset, run)), None)


def _refuse(workspace: Workspace, run: Run, dataset: Dataset) -> None:
    if run.dataset_id != dataset.id:
        raise JobError(
            f"Run {run.id} is on {run.dataset}/{run.split}: CLIPScore takes a run on "
            f"{dataset.name}/{dataset.split}."
        )
    if not _embeds(run.model):
        raise JobError(f"{run.model} of run {run.id} cannot embed captions: choose another run.")
    first = first_stage_of(workspace, run)
    if first.model_id != run.model_id:
        raise JobError(
            f"Run {run.id} re-ranks what {first.model} found in run {first.id}: choose that one."
        )


def _can(workspace: Workspace, dataset: Dataset, run: Run) -> bool:
    try:
        _refuse(workspace, run, dataset)
        vectors_folder(workspace, run)
        return True
    except (JobError, PluginError) as problem:  # weights or vectors that are not here any more
        log.info("run %d is not used for CLIPScore: %s", run.id, problem)
        return False


def _embeds(spec: str) -> bool:
    capabilities = registry.capabilities(spec)
    return capabilities is None or ImageTextEncoder in capabilities


def clip_columns(
    context: JobContext,
    dataset: Dataset,
    run: Run,
    captions: Sequence[GeneratedCaption],
    device: str,
) -> dict[str, tuple[list[int], NDArray[np.float64]]]:
    """Return CLIPScore and RefCLIPScore as (images, their scores), with the model of a run.

    Images that the model could not embed are left out; of RefCLIPScore also those without human
    captions.
    """
    from workbench.analysis.captioning.clip_score import clip_score, ref_clip_score

    found = vectors_of(context.workspace, run)
    images, texts = found.images, found.captions
    order = context.workspace.datasets.order(dataset.id)
    row_of = {int(image): row for row, image in enumerate(order.image_ids)}
    usable = [c for c in captions if images[row_of[c.image_id]].any()]
    rows = np.array([row_of[c.image_id] for c in usable])
    generated = _embedded(context, run, [c.text for c in usable], device)
    context.progress("measuring captions", 0, 0)
    ids = [c.image_id for c in usable]
    columns = {"CLIPScore": (ids, clip_score(images[rows], generated))}
    compared = np.flatnonzero(np.isin(rows, order.caption_image))
    if compared.size:
        place = np.full(len(order.image_ids), -1)
        place[rows[compared]] = np.arange(compared.size)
        owner = place[order.caption_image]
        columns["RefCLIPScore"] = (
            [ids[at] for at in compared],
            ref_clip_score(
                images[rows[compared]], generated[compared], texts[owner >= 0], owner[owner >= 0]
            ),
        )
    return columns


def _embedded(
    context: JobContext, run: Run, texts: Sequence[str], device: str
) -> NDArray[np.float32]:
    context.progress(f"loading the model of run {run.id}", 0, 0)
    model = encoder_of(context, run)
    if model is None:
        raise JobError(f"{run.model} of run {run.id} cannot embed captions: choose another run.")
    done = 0

    def encode(part: Sequence[str]) -> NDArray[np.float32]:
        nonlocal done
        context.progress("embedding captions", done, len(texts))
        vectors = model.encode_texts(part)
        done += len(part)
        return vectors

    vectors: NDArray[np.float32] = Batches(batch_size(context, device)).run(encode, texts)
    return vectors
