"""Data sets, their images and captions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set split."""

    id: int
    name: str
    split: str
    reader: str
    source: str
    fingerprint: str
    licence: str
    images_root: Path | None
    n_images: int
    n_captions: int
    n_problems: int
    imported_at: str


@dataclass(frozen=True, slots=True)
class NewCaption:
    """A caption about to be imported."""

    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class NewImage:
    """An image about to be imported with its captions; `path` is None without pixels."""

    key: str
    path: Path | None
    width: int | None
    height: int | None
    problem: str | None
    captions: tuple[NewCaption, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """An image of a data set; `problem` says why it cannot be shown or embedded."""

    id: int
    dataset_id: int
    key: str
    path: Path | None
    width: int | None
    height: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption of an image."""

    id: int
    dataset_id: int
    image_id: int
    position: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class DatasetOrder:
    """What stands in which row of the vector arrays of a data set."""

    image_ids: NDArray[np.int64]  # (n_images,)
    caption_ids: NDArray[np.int64]  # (n_captions,)
    caption_image: NDArray[np.int64]  # (n_captions,), the row of the caption's image
