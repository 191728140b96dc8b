"""Reads an image file for the screen; whatever is wrong with it becomes a reason, not a crash."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 64_000_000


class PictureError(Exception):
    """A picture cannot be drawn; says why in a few words."""


def load(path: Path | None, box: tuple[int, int]) -> Image.Image:
    """Decode a file to RGB, upright and no larger than `box` pixels, its shape kept."""
    from PIL import Image, UnidentifiedImageError  # a list of cases starts without it

    if path is None:
        raise PictureError("no picture: the data set was imported without images")
    if not path.is_file():
        raise PictureError(f"file not found: {path.name}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return _reduced(image, box)
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError(f"not an image: {path.name}") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(f"too many pixels: {path.name}") from None
    except Exception as error:  # a decoder fed a broken file may raise anything
        raise PictureError(f"cannot be read: {path.name}: {error}") from error


def _reduced(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    from PIL import Image, ImageOps

    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureError(f"too many pixels: {width} x {height}")
    image.draft("RGB", (box[0] * 2, box[1] * 2))
    upright = ImageOps.exif_transpose(image)
    scale = min(box[0] / upright.width, box[1] / upright.height)
    size = max(1, round(upright.width * scale)), max(1, round(upright.height * scale))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (128, 128, 128, 255))
        upright = Image.alpha_composite(ground, clear)
    return upright.convert("RGB").resize(size, Image.Resampling.BOX, reducing_gap=2.0)
