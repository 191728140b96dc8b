"""What was read in the captions of a data set: a table of numbers, a file for each data set.

Safe to delete: the captions are then read again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VERSION = re.compile(r"[0-9a-f]{16}")


class Readings:
    """The tables of a workspace; `version` says how captions are read, in 16 hex digits."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, dataset_id: int, version: str) -> NDArray[np.int32] | None:
        """Return a table (n_captions, columns) in the order of the ids, None if there is none."""
        import numpy as np

        from store.durable import whole_array

        return whole_array(self._file(dataset_id, version), np.dtype("<i4"), ndim=2)

    def keep(self, dataset_id: int, version: str, table: NDArray[np.int32]) -> None:
        """Store a table in place of those of other versions; raises WorkspaceUnusable."""
        import numpy as np

        from store.durable import written

        target = self._file(dataset_id, version)
        with written(target) as file:
            np.save(file, np.ascontiguousarray(table, "<i4"), allow_pickle=False)
        for old in self.path.glob(f"{dataset_id}-*.npy"):
            if old != target:
                old.unlink(missing_ok=True)

    def _file(self, dataset_id: int, version: str) -> Path:
        if not _VERSION.fullmatch(version):
            raise StoreError(f'"{version}" is not a version of a reading')
        return self.path / f"{dataset_id}-{version}.npy"
