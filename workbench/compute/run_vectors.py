"""The vectors that a run was ranked with, by id, and the model that made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from plugins import registry
from plugins.api import ImageTextEncoder, PrecomputedVectors
from store.records.dataset import DatasetOrder
from store.records.run import Run
from store.vectors import VectorFolder
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.compute.errors import JobError
from workbench.compute.loading import choose_decoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ids = Sequence[int] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RunVectors:
    """A data set's vectors by the model of a run; of a re-ranked run, by its first stage.

    Zeros stand for an image without usable pixels, which no run ranks.
    """

    images: NDArray[np.float32]  # (n_images, d)
    captions: NDArray[np.float32]  # (n_captions, d)
    order: DatasetOrder

    def of_images(self, image_ids: Ids) -> NDArray[np.float32]:
        """Return the vectors (n, d) of images of the data set."""
        return self.images[np.searchsorted(self.order.image_ids, image_ids)]

    def of_captions(self, caption_ids: Ids) -> NDArray[np.float32]:
        """Return the vectors (n, d) of captions of the data set."""
        return self.captions[np.searchsorted(self.order.caption_ids, caption_ids)]


def vectors_of(workspace: Workspace, run: Run) -> RunVectors:
    """Map the vectors of a run; JobError if they are not in the workspace any more."""
    folder = vectors_folder(workspace, run)
    images, captions = folder.array("images"), folder.array("texts")
    assert images is not None
    assert captions is not None
    return RunVectors(images, captions, workspace.datasets.order(run.dataset_id))


def vectors_folder(workspace: Workspace, run: Run) -> VectorFolder:
    """Find the whole arrays of a run's vectors; JobError if they are not there any more."""
    run = first_stage_of(workspace, run)
    model = workspace.models.get(run.model_id)
    dataset = workspace.datasets.get(run.dataset_id)
    prompt = str(run.protocol.get("prompt", ""))
    key = workspace.vectors.key(dataset.fingerprint, model.fingerprint, prompt)
    folder = workspace.vectors.folder(key)
    if folder.array("images") is None or folder.array("texts") is None:
        raise JobError(
            f"The vectors of run {run.id} are not in the workspace any more: evaluate {run.model} "
            f"on {run.dataset}/{run.split} again."
        )
    return folder


def encoder_of(context: JobContext, run: Run) -> ImageTextEncoder | None:
    """Load the model that made a run's vectors; None if they were made elsewhere (`vectors:`).

    Raises PluginError if it cannot be loaded, JobError if it is no longer the model of the run.
    """
    run = first_stage_of(context.workspace, run)
    context.progress(f"loading the model of run {run.id}", 0, 0)
    model = registry.load_model(run.model, context.device)
    if isinstance(model, PrecomputedVectors):
        return None
    if not isinstance(model, ImageTextEncoder):
        raise JobError(f"{run.model} of run {run.id} cannot embed captions: choose another run.")
    choose_decoder(model, str(run.protocol.get("image_decoder", "pil")))
    if model.card.fingerprint != context.workspace.models.get(run.model_id).fingerprint:
        raise JobError(
            f"{run.model} has other weights or another precision than in run {run.id}: evaluate "
            "it again, and use the new run."
        )
    return model


def first_stage_of(workspace: Workspace, run: Run) -> Run:
    """Return the run whose cosines a run started from: itself unless it was re-ranked."""
    if run.stage == "itc":
        return run
    if run.first_run_id is None:
        raise JobError(f"The first stage of run {run.id} was removed: evaluate again.")
    return workspace.runs.get(run.first_run_id)
