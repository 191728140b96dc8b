"""The vectors of a data set as they are ranked: usable images, their captions, and who they are."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from store.records.dataset import DatasetOrder
from workbench.compute.errors import JobError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.vectors import VectorFolder

log = logging.getLogger("workbench.jobs")


@dataclass(frozen=True, slots=True)
class Gallery:
    """Vectors and, for each of their rows, the row in the data set's order and the id."""

    images: NDArray[np.float32]  # (n_images, d)
    captions: NDArray[np.float32]  # (n_captions, d)
    caption_image: NDArray[np.int64]  # (n_captions,), the row of the caption's image here
    image_rows: NDArray[np.int64]  # (n_images,)
    caption_rows: NDArray[np.int64]  # (n_captions,)
    image_ids: NDArray[np.int64]  # (n_images,)
    caption_ids: NDArray[np.int64]  # (n_captions,)

    @property
    def most_captions(self) -> int:
        """Return the largest number of captions that an image has."""
        return int(np.bincount(self.caption_image).max())


def open_gallery(
    folder: VectorFolder, order: DatasetOrder, leave_out: Collection[int] = ()
) -> Gallery:
    """Map the vectors; images without usable pixels are left out with their captions.

    So are the images in the rows `leave_out`.
    """
    images, captions = folder.array("images"), folder.array("texts")
    assert images is not None
    assert captions is not None
    usable = np.linalg.norm(images, axis=1) > 0  # zeros: images without usable pixels
    usable[list(leave_out)] = False
    image_rows = np.flatnonzero(usable)
    caption_rows = np.flatnonzero(usable[order.caption_image])
    if not len(caption_rows):
        raise JobError("No usable image of the data set has a caption: there is nothing to rank.")
    if len(image_rows) < len(images):
        log.info("%d images without usable pixels are left out", len(images) - len(image_rows))
        images, captions = images[image_rows], captions[caption_rows]
    place = np.cumsum(usable) - 1
    return Gallery(
        images=images,
        captions=captions,
        caption_image=place[order.caption_image[caption_rows]],
        image_rows=image_rows,
        caption_rows=caption_rows,
        image_ids=order.image_ids[image_rows],
        caption_ids=order.caption_ids[caption_rows],
    )
