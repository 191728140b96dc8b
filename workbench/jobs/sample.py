"""The embedded sample world: what `demo` and Home start with."""

from __future__ import annotations

import sample_data
from store.records import Dataset, Job
from store.workspace import Workspace
from workbench.jobs import queue
from workbench.jobs.context import JobContext
from workbench.jobs.errors import ImportProblem
from workbench.jobs.import_dataset import import_dataset

NAME, SPLIT = "sample", "test"


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


def evaluate_sample(workspace: Workspace, dataset: Dataset) -> Job:
    """Queue the evaluation of the sample's model, as that of any other model."""
    params = {
        "dataset_id": dataset.id,
        "model": f"open_clip:local-dir:{sample_data.CLIP_DIR}",
        "device": "auto",
    }
    return queue.submit(workspace, "evaluate", params)
