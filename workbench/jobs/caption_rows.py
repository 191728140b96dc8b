"""The captions of a captioning as flat rows: the same for the command line and the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.records.captioning import Captioning
from store.workspace import Workspace
from workbench.jobs.export import dataset_meta
from workbench.jobs.export_file import ExportResult, write_rows

SCORES = ("CIDEr-D", "ROUGE-L", "CLIPScore", "RefCLIPScore")
"""Numbers of a single caption, in the order in which they are shown."""

COLUMNS = (
    "captioning_id",
    "dataset",
    "split",
    "model",
    "image_id",
    "image_key",
    "caption",
    *SCORES,
    "human_captions",
)
"""Columns of an export; `human_captions` are one a line."""


def caption_rows(workspace: Workspace, captioning: Captioning) -> Iterator[dict[str, Any]]:
    """Yield the captions in the order of the data set's images, with the keys of COLUMNS."""
    datasets = workspace.datasets
    keys = {image.id: image.key for image in datasets.images(captioning.dataset_id)}
    human: dict[int, list[str]] = {}
    for written in datasets.captions(captioning.dataset_id):
        human.setdefault(written.image_id, []).append(written.text)
    for caption in workspace.captionings.captions(captioning.id):
        yield {
            "captioning_id": captioning.id,
            "dataset": captioning.dataset,
            "split": captioning.split,
            "model": captioning.model,
            "image_id": caption.image_id,
            "image_key": keys[caption.image_id],
            "caption": caption.text,
            **{name: caption.scores.get(name) for name in SCORES},
            "human_captions": "\n".join(human.get(caption.image_id, ())),
        }


def export_captions(
    workspace: Workspace,
    captioning: Captioning,
    path: Path,
    *,
    format: str | None = None,
    force: bool = False,
    spreadsheet_safe: bool = False,
) -> ExportResult:
    """Write the captions to `path`; raises ExportError, StoreError or PluginError."""
    meta = {
        "captioning": {
            "id": captioning.id,
            "model": captioning.model,
            "status": captioning.status,
            "created_at": captioning.created_at,
        },
        "options": dict(captioning.options),
        "protocol": dict(captioning.protocol),
        "metrics": [
            {"name": m.name, "value": m.value, "low": m.low, "high": m.high, "run_id": m.run_id}
            for m in workspace.captionings.metrics(captioning.id)
        ],
        "dataset": dataset_meta(workspace.datasets.get(captioning.dataset_id)),
    }
    return write_rows(
        COLUMNS,
        caption_rows(workspace, captioning),
        meta,
        path,
        format=format,
        force=force,
        spreadsheet_safe=spreadsheet_safe,
    )
