"""The two directions of retrieval."""

from __future__ import annotations

from typing import Literal

Direction = Literal["t2i", "i2t"]
DIRECTIONS: tuple[Direction, ...] = ("t2i", "i2t")
