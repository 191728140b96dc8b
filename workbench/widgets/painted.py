"""What lies upon cells, as sixels do: gone wherever a cell is painted, and laid anew."""

from __future__ import annotations

from typing import Protocol
from weakref import WeakSet

from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region


class Laid(Protocol):
    """Something upon cells."""

    @property
    def laid_box(self) -> Region | None:
        """The cells of the screen that it lies upon, or None."""
        ...

    def lay(self) -> None:
        """Send it again."""
        ...


laid: WeakSet[Laid] = WeakSet()
"""All that lies upon cells at present."""

AROUND = (1, 2, 1, 2)
"""Cells around them (top, right, bottom, left): terminals differ by some pixels in a cell."""


def boxes_laid() -> list[Region]:
    """Return the cells of the screen that may not show what was painted there last."""
    return [box.grow(AROUND) for one in laid if (box := one.laid_box) is not None]


def lay_again(update: object) -> None:
    """Lay anew what an update of the screen has painted cells of."""
    for one in tuple(laid):
        box = one.laid_box
        if box is not None and paints(update, box):
            one.lay()


def paints(update: object, box: Region) -> bool:
    """Say whether an update of the screen paints a cell of a box."""
    if isinstance(update, LayoutUpdate):
        return bool(update.region.overlaps(box))
    if isinstance(update, ChopsUpdate):
        rows = box.line_range
        return any(y in rows and x1 < box.right and x2 > box.x for y, x1, x2 in update.spans)
    return False
