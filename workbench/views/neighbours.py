"""A case in the list of the cases most like another one."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.case import Chip


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """A case with its query, its label and what came first for it.

    `alike` is the mean of two cosines, written; "" for the case itself.
    """

    query_id: int
    alike: str
    rank: str
    chip: Chip
    query: str
    retrieved: str
