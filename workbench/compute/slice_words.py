"""Slices as words of a filter: `slice:negation` are the queries whose captions have one."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from store.errors import FilterError
from store.filter import nearest
from store.records.direction import Direction
from store.workspace import Workspace
from workbench.compute.reading_apart import CaptionReader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.compute.query_properties import QueryProperties

KEPT = 4
"""Runs and directions whose slices are kept."""
ALWAYS = (
    *("no-people", "one-person", "two-people", "three-or-more", "people-without-a-number"),
    *("number", "colour", "pronoun", "negation", "spatial-word"),
    *("landscape", "portrait", "square", "panorama-2-1-or-more", "thumbnail-up-to-224-px"),
)
"""The slices that every run has; others are known once its captions were read."""


def slice_word(name: str) -> str:
    """Write the name of a slice as the value of a filter word.

    >>> slice_word("a negation"), slice_word("three or more"), slice_word("9-12 words")
    ('negation', 'three-or-more', '9-12-words')
    """
    return re.sub(r"[^\w.]+", "-", re.sub(r"^an? ", "", name.lower())).strip("-")


class SliceWords:
    """Says which queries of a run are in a slice; the captions read last are kept."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._reader = CaptionReader()
        self._read: tuple[int, QueryProperties] | None = None
        self._kept: OrderedDict[tuple[int, Direction], dict[str, NDArray[np.int64]]] = OrderedDict()

    def properties(self, dataset_id: int) -> QueryProperties:
        """Return what the queries of a data set are like; may have to read its captions."""
        from workbench.compute.query_properties import QueryProperties

        with self._lock:
            if self._read is None or self._read[0] != dataset_id:
                found = QueryProperties(self._workspace, dataset_id, self._reader)
                self._read = dataset_id, found
            return self._read[1]

    def close(self) -> None:
        """Give up what is being read; nothing is read any more."""
        self._reader.close()

    def __call__(self, run_id: int, direction: Direction, word: str) -> list[int]:
        """Return the queries of a slice by its word; raises FilterError naming the nearest one."""
        slices = self._slices(run_id, direction)
        if word not in slices:
            raise FilterError(f'unknown slice "{word}": {nearest(word, list(slices))}')
        return [int(query) for query in slices[word]]

    def offered(self, run_id: int, direction: Direction) -> list[str]:
        """Return the words of the slices that are known by now; does not wait."""
        return list(self._kept.get((run_id, direction), ALWAYS))

    def has_read(self, dataset_id: int) -> bool:
        """Say whether the captions of a data set need not be read any more; does not wait."""
        read = self._read
        return read is not None and read[0] == dataset_id

    def _slices(self, run_id: int, direction: Direction) -> dict[str, NDArray[np.int64]]:
        key = run_id, direction
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        query, _ = self._workspace.runs.ranks(run_id, direction)
        found = {
            slice_word(name): query[mask & one.known]
            for one in self.properties(self._workspace.runs.get(run_id).dataset_id).of(
                direction, query
            )
            for name, mask in one.slices.items()
        }
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found


def know_slices(workspace: Workspace) -> SliceWords:
    """Let the filters of a workspace know the slices of its queries."""
    known = workspace.cases.slices
    if not isinstance(known, SliceWords):
        known = workspace.cases.slices = SliceWords(workspace)
    return known
