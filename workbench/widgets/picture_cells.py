"""Draws a decoded picture as half-block cells: one pixel wide, two pixels high each."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from PIL import Image

UPPER_HALF = "▀"
STEP = 8  # colours are rounded, so that flat areas share a style and cost fewer bytes


def half_blocks(image: Image.Image) -> list[Strip]:
    """Turn an RGB picture into lines of cells."""
    pixels = np.asarray(image, dtype=np.uint8)  # (height, width, 3)
    pixels = np.minimum(pixels.astype(np.uint16) + STEP // 2, 255) // STEP * STEP
    if pixels.shape[0] % 2:
        pixels = np.concatenate([pixels, pixels[-1:]])
    return [_line(upper, lower) for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)]


def _line(upper: NDArray[np.uint16], lower: NDArray[np.uint16]) -> Strip:
    """Join equal neighbours of two pixel rows, each (width, 3), into one segment."""
    pair = np.concatenate([upper, lower], axis=1)  # (width, 6)
    starts = np.flatnonzero(np.any(pair[1:] != pair[:-1], axis=1)) + 1
    edges = [0, *starts.tolist(), len(pair)]
    segments = [
        Segment(UPPER_HALF * (end - start), _style(*pair[start].tolist()))
        for start, end in pairwise(edges)
    ]
    return Strip(segments, len(pair))


def _style(r1: int, g1: int, b1: int, r2: int, g2: int, b2: int) -> Style:
    return Style.from_color(Color.from_rgb(r1, g1, b1), Color.from_rgb(r2, g2, b2))
