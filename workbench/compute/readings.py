"""What the captions of a data set say, as it is kept in the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from store.errors import WorkspaceUnusable
from store.workspace import Workspace
from workbench.compute.caption_reading import N_COLUMNS, caption_table, reading_version

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Read = Callable[[Workspace, int], "NDArray[np.int32]"]
"""Returns what the n captions of a data set say (n, 9)."""

TOLD_EVERY = 500
"""Captions, a twentieth of a second."""


def reading_of(workspace: Workspace, dataset_id: int, read: Read) -> NDArray[np.int32]:
    """Return what the n captions of a data set say (n, 9); read and kept where it is not yet."""
    n, version = workspace.datasets.get(dataset_id).n_captions, reading_version()
    kept = workspace.readings.find(dataset_id, version)
    if kept is not None and kept.shape == (n, N_COLUMNS):
        return kept
    table = read(workspace, dataset_id)
    if not workspace.read_only:
        with suppress(WorkspaceUnusable):  # it is read again then
            workspace.readings.keep(dataset_id, version, table)
    return table


def read_here(
    workspace: Workspace, dataset_id: int, told: Callable[[int, int], None] = lambda done, n: None
) -> NDArray[np.int32]:
    """Read the captions in this process, about 10,000 a second.

    `told` hears how many of how many are done, and may raise to stop.
    """
    n = workspace.datasets.get(dataset_id).n_captions

    def captions() -> Iterator[tuple[str, str]]:
        for done, caption in enumerate(workspace.datasets.captions(dataset_id)):
            if done % TOLD_EVERY == 0:
                told(done, n)
            yield caption.text, caption.language

    return caption_table(captions())
