"""Which cases are looked at, in which order: the identity of a case list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["t2i", "i2t"]


def other_way(direction: Direction) -> Direction:
    """Return the other direction: of captions that find images, and images that find captions."""
    return "i2t" if direction == "t2i" else "t2i"


@dataclass(frozen=True, slots=True)
class CaseView:
    """A filtered, sorted list of a run's cases; "-rank" sorts downwards."""

    run_id: int
    direction: Direction = "t2i"
    filter: str = "rank>10"
    sort: str = "margin"
