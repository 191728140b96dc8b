"""Which cases are looked at, in which order: the identity of a case list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["t2i", "i2t"]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A filtered, sorted list of a run's cases; "-rank" sorts downwards."""

    run_id: int
    direction: Direction = "t2i"
    filter: str = "rank>10"
    sort: str = "margin"
