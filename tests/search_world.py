"""A workspace with 48 images of the sample, evaluated by its tiny CLIP: something to search in."""

from __future__ import annotations

from pathlib import Path

from store.workspace import Workspace
from tests.survival.sample_world import CLIP, import_sample
from workbench.compute.context import JobContext
from workbench.jobs import evaluate


def make(folder: Path) -> Path:
    """Import and evaluate; returns the workspace, whose run is 1."""
    path = folder / "workspace"
    import_sample(path, folder)
    with Workspace(path) as workspace:
        params = {"dataset_id": 1, "model": CLIP}
        evaluate.run(JobContext(workspace, params, lambda *_: None))
    return path
