"""Blends an overlay with a picture so that both can be read, also where a cell is two pixels.

The picture becomes grey and darker, the weights a colour that gets lighter as they grow:
matplotlib's inferno (CC0), whose lightness grows evenly, so that it is read without colours too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.views.overlay import Overlay

if TYPE_CHECKING:
    from PIL import Image

INFERNO = np.array(
    [
        (0, 0, 4), (31, 12, 72), (85, 15, 109), (136, 34, 106), (186, 54, 85),
        (227, 89, 51), (249, 140, 10), (249, 201, 50), (252, 255, 164),
    ],
    dtype=np.float64,
)  # fmt: skip
"""Nine even steps of the colour map, sRGB."""
DARKER = 0.6
"""How bright the picture stays where nothing lies upon it."""
OPAQUE = 0.85
"""How much of the picture the greatest weight hides."""
LUMA = (0.2126, 0.7152, 0.0722)


def blended(image: Image.Image, overlay: Overlay) -> Image.Image:
    """Return an RGB picture of the same size with the overlay upon it."""
    from PIL import Image

    weights = Image.fromarray(np.asarray(overlay.weights, dtype=np.float32))
    sized = weights.resize(image.size, Image.Resampling.BILINEAR)
    return Image.fromarray(blend(np.asarray(image, np.uint8), np.asarray(sized)))


def blend(pixels: NDArray[np.uint8], weights: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Blend pixels (H, W, 3) with weights (H, W); what is not in [0, 1] or no number is clipped."""
    share = np.clip(np.nan_to_num(weights, nan=0.0), 0.0, 1.0)[..., None]
    grey = DARKER * (pixels.astype(np.float64) @ np.array(LUMA))[..., None]
    steps = np.linspace(0.0, 1.0, len(INFERNO))
    colour = np.stack([np.interp(share[..., 0], steps, INFERNO[:, c]) for c in range(3)], axis=-1)
    hidden = OPAQUE * share
    mixed: NDArray[np.uint8] = np.rint((1 - hidden) * grey + hidden * colour).astype(np.uint8)
    return mixed
