"""Pictures made small enough to be sent; what cannot be opened becomes a frame with the reason."""

from __future__ import annotations

import io
from pathlib import Path

from workbench.compute.images import MISSING, ImageProblem, open_image
from workbench.views.case import PictureView
from workbench.views.report import Thumbnail

SIDE = 256
"""Pixels of the longer side: sharp at the size of a page, about 10 KB each."""
QUALITY = 72


def thumbnail(picture: PictureView) -> Thumbnail:
    """Return a JPEG of at most `SIDE` pixels a side; never raises for a picture."""
    if picture.problem is not None or picture.path is None:
        return Thumbnail(picture.title, None, SIDE, SIDE * 3 // 4, picture.problem or MISSING)
    try:
        data, width, height = _jpeg(picture.path)
    except ImageProblem as problem:
        return Thumbnail(picture.title, None, SIDE, SIDE * 3 // 4, str(problem))
    return Thumbnail(picture.title, data, width, height)


def _jpeg(path: Path) -> tuple[bytes, int, int]:
    image = open_image(path)
    image.thumbnail((SIDE, SIDE))
    target = io.BytesIO()
    # A comment that a program wrote into the file would go along otherwise.
    image.save(target, "JPEG", quality=QUALITY, optimize=True, comment=b"")
    return target.getvalue(), image.width, image.height
