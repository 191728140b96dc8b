"""What lies over a picture: how much each place of it matters to a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Weights (H, W) in [0, 1] of a picture of a case, row 0 on top, with what they are.

    `name` says which kind they are ("attention, layer 11"), `source` what made them. H and W need
    not be those of the picture; both cover the whole of it.
    """

    name: str
    source: str
    weights: NDArray[np.floating]
