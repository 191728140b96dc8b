"""Vectors made elsewhere: `vectors:DIR` with `images.npy` and `texts.npy`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from plugins.api import ModelCard, PrecomputedVectors, SourceError, SpecError

if TYPE_CHECKING:
    from plugins.api import Float32

FINGERPRINT_VERSION = "v1"

_BLOCK_ROWS = 8192
_FILES = ("images.npy", "texts.npy")


class VectorsPlugin:
    """Opens a folder of two arrays, rows in the order of the data set's ids."""

    name = "vectors"
    description = "Precomputed vectors, vectors:DIR with images.npy and texts.npy"

    def check(self, weights: str) -> str:
        """Look at the two files' headers; SourceError or SpecError if they cannot be used."""
        _open_folder(weights)
        return str(Path(weights).resolve())

    def capabilities(self, weights: str) -> frozenset[type]:
        """Return what two arrays can do; raises what `check` raises."""
        self.check(weights)
        return frozenset({PrecomputedVectors})

    def load(self, weights: str, device: str) -> VectorFolder:
        """Map the arrays into memory; rows are checked when they are read."""
        return VectorFolder(weights)


class VectorFolder:
    """The two arrays of a folder, normalised block by block."""

    card: ModelCard

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._images, self._texts = _open_folder(folder)
        self.card = ModelCard(
            spec=f"vectors:{folder}",
            plugin="vectors",
            name=self._folder.resolve().name,
            weights=folder,
            fingerprint=_fingerprint(self._folder),
            embedding_dim=int(self._images.shape[1]),
            protocol={
                "precision": f"{self._images.dtype.name} images, {self._texts.dtype.name} texts"
            },
        )

    def image_vectors(self, n_images: int) -> Iterator[Float32]:
        """Yield normalised blocks (m, embedding_dim); SourceError on a bad row or row count."""
        return _blocks(self._folder / "images.npy", self._images, n_images, "images")

    def text_vectors(self, n_captions: int) -> Iterator[Float32]:
        """Yield normalised blocks (m, embedding_dim); SourceError on a bad row or row count."""
        return _blocks(self._folder / "texts.npy", self._texts, n_captions, "captions")


def _open_folder(weights: str) -> tuple[Any, Any]:
    folder = Path(weights)
    if not weights or not folder.is_dir():
        raise SpecError(f"vectors:{weights}: there is no such folder.")
    images, texts = (_open_array(folder / name) for name in _FILES)
    if images.shape[1] != texts.shape[1]:
        reason = f"{texts.shape[1]} columns, but images.npy has {images.shape[1]}"
        raise SourceError(folder / "texts.npy", reason)
    return images, texts


def _open_array(path: Path) -> Any:
    if not path.is_file():
        raise SourceError(path, "there is no such file")
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        # Pickled objects, a header that is none, a file cut short.
        reason = str(error).strip().partition("\n")[0]
        raise SourceError(path, f"not a usable .npy array: {reason}") from error
    if not isinstance(array, np.ndarray):
        raise SourceError(path, "an .npz archive, a plain .npy array is needed")
    if array.ndim != 2 or array.shape[1] == 0:
        raise SourceError(path, f"shape {array.shape}, expected (rows, dimensions)")
    if array.dtype.kind != "f" or array.dtype.itemsize not in (2, 4, 8):
        raise SourceError(path, f"type {array.dtype}, expected float16, float32 or float64")
    return array


def _blocks(path: Path, array: Any, rows: int, what: str) -> Iterator[Float32]:
    if len(array) != rows:
        raise SourceError(path, f"{len(array):,} rows, but the data set has {rows:,} {what}")
    for start in range(0, rows, _BLOCK_ROWS):
        yield _normalised(path, array[start : start + _BLOCK_ROWS], start)


def _normalised(path: Path, block: Any, start: int) -> Float32:
    """Scale rows (m, d) to length 1, in float64 and by the largest value first: no overflow."""
    values = np.asarray(block, dtype=np.float64)
    largest = np.abs(values).max(axis=1, keepdims=True)
    bad = ~np.isfinite(largest[:, 0])
    if bad.any():
        raise SourceError(path, f"row {start + int(bad.argmax())} holds NaN or infinity")
    zero = largest[:, 0] == 0
    if zero.any():
        raise SourceError(path, f"row {start + int(zero.argmax())} is zero and has no direction")
    values = values / largest
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    rows: Float32 = values.astype(np.float32)
    return rows


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{FINGERPRINT_VERSION}:{digest.hexdigest()}"


PLUGIN = VectorsPlugin()
