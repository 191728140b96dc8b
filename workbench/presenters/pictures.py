"""Pictures with what is written at them."""

from __future__ import annotations

from store.records.dataset import Image
from workbench.presenters.text import plain
from workbench.views.case import PictureView

IMAGE_ENDINGS = frozenset({"jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"})


def stem(key: str) -> str:
    """Write an image's key without the ending that every image has."""
    name, dot, ending = key.rpartition(".")
    return plain(name if dot and ending.lower() in IMAGE_ENDINGS else key)


def picture(title: str, image: Image) -> PictureView:
    """Present an image under a title; what is wrong with its file is said in its place."""
    return PictureView(title, image.path, plain(image.problem) if image.problem else None)
