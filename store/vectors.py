"""Vectors on disk: written shard by shard, joined when complete, read memory-mapped.

Everything is written under a temporary name, flushed to disk and renamed, so a file under its
final name is complete. Foreign and torn files are never taken for vectors.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from store.durable import whole_array, written
from store.errors import StoreError

Side = Literal["images", "texts"]

_PREFIX = "v1-"
_KEY = re.compile(r"v1-[0-9a-f]{40}")
_FLOAT32 = np.dtype("<f4")


class Vectors:
    """The folders of vectors of a workspace, one for each data set, model and prompt."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def key(self, dataset_fingerprint: str, model_fingerprint: str, prompt: str) -> str:
        """Return the name under which these vectors are kept; equal contents, equal key."""
        parts = json.dumps([dataset_fingerprint, model_fingerprint, prompt]).encode()
        return _PREFIX + hashlib.sha256(parts).hexdigest()[:40]

    def folder(self, key: str) -> VectorFolder:
        """Return the folder of a key; it is created when something is written."""
        if not _KEY.fullmatch(key):
            raise StoreError(f'"{key}" is not a key of vectors')
        return VectorFolder(self.path / key)


class VectorFolder:
    """The vectors of one data set by one model."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write_shard(self, side: Side, index: int, array: NDArray[np.floating[Any]]) -> None:
        """Store shard `index` of a side, (n, d); on disk when this returns."""
        block = np.ascontiguousarray(array, dtype=_FLOAT32)
        if block.ndim != 2:
            raise StoreError(f"a shard of {side} has the shape {block.shape}, not (n, d)")
        with written(self._shard(side, index)) as file:
            np.save(file, block, allow_pickle=False)

    def has_shard(self, side: Side, index: int) -> bool:
        """Say whether a shard is complete."""
        return _load(self._shard(side, index)) is not None

    def stretch(self, side: Side, index: int, rows: range) -> NDArray[np.float32] | None:
        """Return the vectors of shard `index`, which are `rows` of the side; None if missing."""
        whole = self.array(side)
        return _load(self._shard(side, index)) if whole is None else whole[rows.start : rows.stop]

    def reopen(self, side: Side, shards: Sequence[range], without: Collection[int]) -> None:
        """Turn a side into its shards again, but for some, which are to be computed anew.

        `shards` are the rows of each. Interrupted, it leaves the side as complete as it was.
        """
        whole = self.array(side)
        if whole is not None:
            for index, rows in enumerate(shards):
                if index not in without:
                    self.write_shard(side, index, whole[rows.start : rows.stop])
        for index in without:
            self._shard(side, index).unlink(missing_ok=True)
        (self.path / f"{side}.npy").unlink(missing_ok=True)

    def shards(self, side: Side) -> list[int]:
        """Return the indices of the complete shards in order."""
        pattern = re.compile(rf"{side}-(\d{{6,}})\.npy")
        names = (pattern.fullmatch(path.name) for path in self._shard_files(side))
        return sorted(int(m[1]) for m in names if m and self.has_shard(side, int(m[1])))

    def assemble(self, side: Side, rows: int) -> Path:
        """Join the shards to the side's array of `rows` rows and drop them; return its path.

        Raises StoreError if a shard is missing or the rows do not add up.
        """
        target = self.path / f"{side}.npy"
        whole = self.array(side)
        if whole is None or len(whole) != rows:
            self._join(side, rows, target)
        for path in self._shard_files(side):
            path.unlink(missing_ok=True)
        return target

    def array(self, side: Side) -> NDArray[np.float32] | None:
        """Return a side's vectors (n, d) read-only from disk, None if they are not complete."""
        return _load(self.path / f"{side}.npy")

    def write_meta(self, meta: Mapping[str, Any]) -> None:
        """Store what is to be known about the vectors."""
        text = json.dumps(dict(meta), indent=2, sort_keys=True, ensure_ascii=False)
        with written(self.path / "meta.json") as file:
            file.write(text.encode("utf-8"))

    def meta(self) -> dict[str, Any]:
        """Return what is known about the vectors, empty if nothing is."""
        try:
            found = json.loads((self.path / "meta.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _join(self, side: Side, rows: int, target: Path) -> None:
        indices = self.shards(side)
        blocks = [_load(self._shard(side, index)) for index in indices]
        arrays = [block for block in blocks if block is not None]
        found = sum(map(len, arrays))
        if indices != list(range(len(indices))) or found != rows:
            raise StoreError(f"{self.path}: {found} of {rows} rows of {side} are there")
        widths = {block.shape[1] for block in arrays}
        if len(widths) != 1:
            raise StoreError(f"{self.path}: the shards of {side} have widths {sorted(widths)}")
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, widths.pop())}
        with written(target) as file:
            np.lib.format.write_array_header_1_0(file, header)
            for block in arrays:
                block.tofile(file)

    def _shard(self, side: Side, index: int) -> Path:
        return self.path / "shards" / f"{side}-{index:06d}.npy"

    def _shard_files(self, side: Side) -> list[Path]:
        return sorted((self.path / "shards").glob(f"{side}-*"))


def _load(path: Path) -> NDArray[np.float32] | None:
    return whole_array(path, _FLOAT32, ndim=2)
