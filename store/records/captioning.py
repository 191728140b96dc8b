"""Generated captions and what was measured of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Captioning:
    """The captions that a model wrote for a data set with certain options.

    `done` counts the images captioned so far; the captioning is finished when `status` is "done".
    """

    id: int
    dataset_id: int
    model_id: int
    dataset: str
    split: str
    model: str
    options: Mapping[str, Any]
    protocol: Mapping[str, Any]
    status: Literal["running", "done"]
    done: int
    job_id: int | None
    seconds: float
    images_per_s: float | None
    peak_memory_bytes: int | None
    efficiency: Mapping[str, Any]
    created_at: str


@dataclass(frozen=True, slots=True)
class GeneratedCaption:
    """What a model wrote for an image; `scores` holds numbers of this caption (CIDEr-D ...)."""

    captioning_id: int
    image_id: int
    model: str
    text: str
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaptionMetric:
    """A number of a captioning with its 95 % interval.

    `run_id` is the run whose model gave the vectors (CLIPScore), None for text metrics.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    run_id: int | None = None
