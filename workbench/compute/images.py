"""Opening images that nobody vouches for: bounded size, whole or refused, always RGB."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 100_000_000
"""An image with more pixels is refused: a few kilobytes can unpack to many gigabytes."""

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "PPM")


class ImageProblem(Exception):
    """An image that cannot be used; the message is a short reason without the file's name."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What an import learns about an image file; width and height are None if it is unusable."""

    width: int | None
    height: int | None
    sha256: str | None
    problem: str | None


def open_image(path: Path) -> Image:
    """Open and decode an image as RGB; raises ImageProblem."""
    return _decoded(path, small=False).convert("RGB")


def inspect_image(path: Path) -> ImageFacts:
    """Check that a file is a whole image; never raises."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return ImageFacts(None, None, None, _file_reason(error))
    try:
        image = _decoded(path, small=True)
    except ImageProblem as problem:
        return ImageFacts(None, None, digest, str(problem))
    width, height = image.info["original_size"]
    return ImageFacts(width, height, digest, None)


def _decoded(path: Path, *, small: bool) -> Image:
    import PIL.Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            image = PIL.Image.open(path, formats=_FORMATS)
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise ImageProblem(f"too large: {width}x{height} pixels")
            image.info["original_size"] = image.size
            if small:
                # JPEG only: all bytes are still read, so a truncated file is still found.
                image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
            image.load()
    except PIL.UnidentifiedImageError:
        raise ImageProblem("not an image") from None
    except PIL.Image.DecompressionBombError:
        raise ImageProblem("too large") from None
    except OSError as error:
        raise ImageProblem(_file_reason(error)) from error
    except (ValueError, SyntaxError, EOFError, IndexError, MemoryError) as error:
        # Decoders raise these on broken files.
        raise ImageProblem(f"unreadable ({error})") from error
    return image


def _file_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "missing file"
    if isinstance(error, IsADirectoryError):
        return "a folder, not a file"
    if isinstance(error, PermissionError):
        return "no permission to read"
    if "truncated" in str(error):
        return "truncated"
    return f"unreadable ({error.strerror or error})"
