"""A workspace with a part of the sample in it, and the jobs that a study of it is made of."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sample_data
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.jobs.import_dataset import import_dataset

N_IMAGES, PER_IMAGE = 48, 3
CLIP = f"open_clip:local-dir:{sample_data.CLIP_DIR}"
BLIP = f"blip:{sample_data.BLIP_DIR}"
SMALL_SHARDS = Path(__file__).parent / "small_shards"

EVALUATE: dict[str, Any] = {"dataset_id": 1, "model": BLIP, "rerank": 8, "batch_size": 8}
CAPTION: dict[str, Any] = {"dataset_id": 1, "model": BLIP, "batch_size": 4}


def import_sample(path: Path, folder: Path, n_images: int = N_IMAGES) -> None:
    """Make a workspace at `path` with the sample's first images, of which `folder` has links."""
    sample = json.loads(sample_data.WORLD_JSON.read_text("utf-8"))
    picked = [one for one in sample["images"] if one["split"] == "test"][:n_images]
    images = folder / "images"
    images.mkdir(parents=True)
    for one in picked:
        one["sentences"] = one["sentences"][:PER_IMAGE]
        one["sentids"] = one["sentids"][:PER_IMAGE]
        (images / one["filename"]).symlink_to(sample_data.IMAGES / one["filename"])
    source = folder / "captions.json"
    source.write_text(json.dumps({**sample, "images": picked}), "utf-8")
    with Workspace(path) as workspace:
        import_dataset(
            JobContext(workspace, {}, lambda *_: None),
            source=source,
            reader_name="karpathy",
            images=images,
            name="sample",
        )


@contextmanager
def small_shards() -> Iterator[None]:
    """Give the processes that are started in the block small shards, and one thread each."""
    wanted = {"PYTHONPATH": str(SMALL_SHARDS), "OMP_NUM_THREADS": "1"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
