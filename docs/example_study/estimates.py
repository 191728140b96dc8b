"""Estimates as plain data: a value between two limits, a share with its counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.proportion import fix_rate

DIGITS = 6
"""Decimals that are kept: the last bits of a sum may depend on the machine's threads."""


def limits(estimate: Any) -> dict[str, float | None]:
    """Return a value and its limits as an object."""
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def rounded(found: Any) -> Any:
    """Round every number that is no whole one; p-values keep six significant digits."""
    if isinstance(found, dict):
        return {name: rounded(one) for name, one in found.items()}
    if isinstance(found, list | tuple):
        return [rounded(one) for one in found]
    if isinstance(found, float):
        return round(found, DIGITS) if abs(found) >= 1e-3 else float(f"{found:.{DIGITS}g}")
    return found


def share(flags: NDArray[np.bool_], image: NDArray[np.integer]) -> dict[str, Any]:
    """Return the share of `flags` (n,) with Wilson's limits; `image` (n,) as in `fix_rate`."""
    found = fix_rate(flags, image)
    return {"k": found.k, "n": found.n, **limits(found.share)}
