"""What is known before a data set is imported and a model evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundData:
    """Captions that lie where one would look, their reader, and a folder of images or ""."""

    source: str
    reader: str
    images: str


TEST = "test"
"""The split on which models are compared (Karpathy and Fei-Fei, 2015)."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a reader finds in a file of captions, and which of its images are there.

    `splits` counts the images of each split; `missing` names a few of the `n_missing` images.
    """

    n_images: int
    n_captions: int
    splits: Mapping[str, int]
    n_missing: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model that may be evaluated; `state` says whether it is on this machine, or how large."""

    spec: str
    here: bool
    state: str
