"""The embedded sample world: what `demo` and Home start with."""

from __future__ import annotations

import sample_data
from store.records import Dataset, Job
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.compute.errors import ImportProblem
from workbench.jobs.import_dataset import import_dataset
from workbench.workers import queue

NAME, SPLIT = "sample", "test"

RERANK = 16
"""Candidates a query, of 600 images: a share like that of BLIP's 128 of Flickr30K's 5,000."""


def import_sample(context: JobContext) -> Dataset:
    """Import the sample's test split, unless this workspace has it."""
    if not sample_data.WORLD_JSON.exists():
        raise ImportProblem(f"The sample is not installed: there is no {sample_data.WORLD_JSON}.")
    (dataset,), _ = import_dataset(
        context,
        source=sample_data.WORLD_JSON,
        reader_name="karpathy",
        images=sample_data.IMAGES,
        split=SPLIT,
        name=NAME,
        licence="CC0-1.0",
    )
    return dataset


def evaluate_sample(workspace: Workspace, dataset: Dataset) -> tuple[Job, Job, Job]:
    """Queue what is computed of the sample, as for a user's own models.

    First the CLIP, then the BLIP with its candidates re-ranked, then the BLIP's captions.
    """
    blip = f"blip:{sample_data.BLIP_DIR}"
    evaluation = {"dataset_id": dataset.id, "device": "auto"}
    kinds: tuple[tuple[str, dict[str, object]], ...] = (
        ("evaluate", {"model": f"open_clip:local-dir:{sample_data.CLIP_DIR}"}),
        ("evaluate", {"model": blip, "rerank": RERANK}),
        ("caption", {"model": blip, "options": {}}),
    )
    clip_job, blip_job, caption_job = (
        queue.submit(workspace, kind, {**evaluation, **params}) for kind, params in kinds
    )
    return clip_job, blip_job, caption_job
