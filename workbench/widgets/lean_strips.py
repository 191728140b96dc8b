"""Lines of the screen with less around them.

A strip of the library has seven caches, each an object with a table: 1.1 kB a line, whatever is on
it, and so many objects that garbage is looked for under every other key. A strip that is asked for
its parts where it is not cut keeps itself as its only part: such a ring is garbage that only a
search through all objects finds, some 30 ms under a key. At 200x50 all this is 3 to 6 MiB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual import strip
from textual.strip import Strip

LIBRARYS_DIVIDE = Strip.divide


def lean_strips() -> None:
    """Let the strips that are made from now on be lean."""
    strip.FIFOCache = _table  # type: ignore[attr-defined, assignment]
    Strip.divide = _divided  # type: ignore[method-assign]


def _table(maxsize: int) -> dict[Any, Any]:
    """Make a cache.

    A bare table does what strips ask of theirs. It has no bound, and needs none: what a line is cut
    to depends on where widgets lie, and where they lie elsewhere lines are made anew.
    """
    return {}


def _divided(self: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    """Return the parts of a strip, itself if it is not cut."""
    cuts = list(cuts)
    return [self] if cuts == [self.cell_length] else LIBRARYS_DIVIDE(self, cuts)
