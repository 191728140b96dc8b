"""Vectors that can be ranked: checked once, and the error bound that follows from them."""

import numpy as np

from workbench.analysis.errors import VectorError
from workbench.analysis.lane_dot import LANES, Vectors, squared_norms

NORM_TOLERANCE = 1e-3


def checked(vectors: Vectors, side: str) -> tuple[Vectors, float]:
    """``vectors`` (n, d) as a read-only view ready for the kernel, and their largest norm.

    A width that is no multiple of eight is padded with zeros, in a copy; anything else, a memory
    map included, is used where it lies.

    Raises:
        VectorError: not a float32 matrix, or a row that is not finite or not of length 1 (to
            within 1e-3). The message names ``side`` and the first bad row.

    >>> checked(np.eye(8, dtype=np.float32), "image")[1]
    1.0
    >>> checked(np.full((2, 8), np.nan, np.float32), "image")
    Traceback (most recent call last):
    workbench.analysis.errors.VectorError: image row 0 holds NaN
    """
    if vectors.ndim != 2 or vectors.dtype != np.float32:
        raise VectorError(
            f"{side} vectors must be a float32 matrix, not {vectors.dtype} {vectors.shape}"
        )
    plain = np.ascontiguousarray(vectors, dtype=np.float32)
    missing = -plain.shape[1] % LANES
    plain = np.pad(plain, ((0, 0), (0, missing))) if missing else plain.view(np.ndarray)
    plain.flags.writeable = False
    norms = np.sqrt(squared_norms(plain))
    bad = ~(np.abs(norms - 1) <= NORM_TOLERANCE)
    if bad.any():
        row = int(bad.argmax())
        raise VectorError(f"{side} row {row} {_fault(plain[row], norms[row])}")
    return plain, float(norms.max(initial=0.0))


def _fault(vector: Vectors, norm: float) -> str:
    if np.isnan(vector).any():
        return "holds NaN"
    if np.isinf(vector).any():
        return "holds an infinite value"
    if norm == 0:
        return "is all zeros"
    return f"has length {norm:.6g}; vectors must be L2-normalised"


def score_band(width: int, image_norm: float, caption_norm: float) -> float:
    """How far a float32 score can lie from the exact one, for vectors of ``width`` numbers.

    A dot product of ``d`` terms in any order errs by at most ``gamma_d |a|.|b|``, with ``gamma_d =
    d u / (1 - d u)`` (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1),
    and ``|a|.|b| <= |a||b|``. Added to that: the exact score's own rounding, underflow, and
    rounding a bound near 1 to float32.

    >>> round(score_band(512, 1.0, 1.0), 6)
    3.1e-05
    """
    rounding = sum(width * unit / (1 - width * unit) for unit in (2.0**-24, 2.0**-53))
    return rounding * image_norm * caption_norm * 1.000001 + 2 * width * 2.0**-126 + 2.0**-23
