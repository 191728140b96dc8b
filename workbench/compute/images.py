"""Opening images that nobody vouches for: bounded size, whole or refused, always RGB."""

from __future__ import annotations

import hashlib
import io
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.records.dataset import Image as StoredImage

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 100_000_000
"""An image with more pixels is refused: a few kilobytes can unpack to many gigabytes."""

MAX_BYTES = 500_000_000
"""A larger file is refused: 100 million pixels take less in every format."""

MISSING = "missing file"
"""The problem of an image whose file is not there."""

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


def open_known(image: StoredImage) -> Image:
    """Open an image that was whole when it was imported; raises ImageProblem."""
    if image.path is None:
        raise ImageProblem(MISSING)
    opened = open_image(image.path)
    _check_size(opened.size, image)
    return opened


def open_small(image: StoredImage) -> Image:
    """As `open_known`, but a JPEG is decoded at an eighth of its size or more: much faster."""
    if image.path is None:
        raise ImageProblem(MISSING)
    opened = _decoded(image.path, small=True)
    _check_size(opened.info["original_size"], image)
    return opened.convert("RGB")


def read_jpeg(image: StoredImage) -> bytes | None:
    """Return the bytes of a known image if it is a JPEG of one or three colours, else None.

    The header is read as `open_known` reads it, so that the same limits hold before a decoder gets
    the file. None as well for what `open_known` would refuse: it says why.
    """
    import PIL.Image

    if image.path is None:
        return None
    try:
        _check_file(image.path)
        data = image.path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            header = PIL.Image.open(io.BytesIO(data), formats=("JPEG",))
    except (ImageProblem, OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return None
    width, height = header.size
    plain = header.mode in ("L", "RGB") and width * height <= MAX_PIXELS
    return data if plain and header.size == (image.width, image.height) else None


def problem_of(image: StoredImage) -> str | None:
    """Say why an image that was whole when it was imported cannot be used now; None if it can."""
    try:
        open_known(image)
    except ImageProblem as problem:
        return str(problem)
    return None


def inspect_image(path: Path) -> ImageFacts:
    """Check that a file is a whole image; never raises."""
    try:
        _check_file(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except ImageProblem as problem:
        return ImageFacts(None, None, None, str(problem))
    except OSError as error:
        return ImageFacts(None, None, None, _file_reason(error))
    except ValueError as error:  # a name with a NUL
        return ImageFacts(None, None, None, f"unreadable ({error})")
    try:
        image = _decoded(path, small=True)
    except ImageProblem as problem:
        return ImageFacts(None, None, digest, str(problem))
    width, height = image.info["original_size"]
    return ImageFacts(width, height, digest, None)


def _check_file(path: Path) -> None:
    """Refuse what may never end: a pipe, a device, a file of any size."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise ImageProblem("a folder, not a file")
    if not stat.S_ISREG(found.st_mode):
        raise ImageProblem("not a regular file")
    if found.st_size > MAX_BYTES:
        raise ImageProblem(f"too large: {found.st_size:,} bytes")


def _check_size(size: tuple[int, int], image: StoredImage) -> None:
    if size != (image.width, image.height):
        now, then = (f"{w}x{h}" for w, h in (size, (image.width, image.height)))
        raise ImageProblem(f"changed: {now} pixels, {then} when it was imported")


def _decoded(path: Path, *, small: bool) -> Image:
    import PIL.Image

    try:
        _check_file(path)
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
        return MISSING
    if isinstance(error, PermissionError):
        return "no permission to read"
    if "truncated" in str(error):
        return "truncated"
    return f"unreadable ({error.strerror or error})"
