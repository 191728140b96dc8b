"""Shards of an unfinished ranking on disk, so that a killed job goes on.

They lie beside the vectors that are ranked. A shard under its final name is complete; torn and
foreign files are never taken for one.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.durable import written


class RankShards:
    """The shards of rankings of one folder of vectors that keep `k` hits a query.

    A shard's name is the ranking's key, which must follow from all that is ranked, and its index.
    """

    def __init__(self, vectors: Path, k: int) -> None:
        self.path = vectors / f"ranks-{k}"

    def write(self, key: str, index: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Store what a shard counted; on disk when this returns."""
        with written(self._shard(key, index)) as file:
            np.savez(file, allow_pickle=False, **arrays)

    def read(self, key: str, index: int) -> dict[str, NDArray[Any]] | None:
        """Return what a shard counted, None if it is missing or not whole."""
        try:
            # Opened here: numpy leaves its file open where it is no archive.
            with (
                self._shard(key, index).open("rb") as file,
                np.load(file, allow_pickle=False) as found,
            ):
                return dict(found)  # checks what it reads against the checksums
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, TypeError, EOFError, KeyError, NotImplementedError):
            return None
        except (zipfile.BadZipFile, zlib.error):
            return None

    def drop(self) -> None:
        """Remove the shards of all these rankings."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _shard(self, key: str, index: int) -> Path:
        return self.path / f"{key}-{index:06d}.npz"
