"""What failures are clustered by: the query, how it differs from what was retrieved, or both."""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import VectorError

Floats = npt.NDArray[np.float32]
Kind = Literal["query", "difference", "both"]

KINDS: tuple[Kind, ...] = get_args(Kind)
WEIGHTS = {"query": 0.5, "difference": 0.5}
"""Share of each part in the squared distance between two rows of ``both``."""


def features(kind: Kind, query: Floats, retrieved: Floats) -> Floats:
    """Rows (n, d), of length 1, or (n, 2 d) for ``both``.

    ``query`` and ``retrieved`` (n, d) are the L2-normalised vectors of each failed query and of the
    wrong item that came first. ``difference`` is query minus retrieved without the mean of these
    differences, which is the gap between images and captions (Liang et al., "Mind the Gap", NeurIPS
    2022) and would drown what differs between failures. ``both`` puts the two beside each other,
    each normalised, weighted by the roots of ``WEIGHTS``. A difference of zero stays zeros.

    Raises:
        VectorError: the two do not fit, or hold NaN or an infinite value.

    >>> query = np.array([[1, 0], [0, 1]], np.float32)
    >>> features("both", query, query[::-1]).astype(float).round(3).tolist()
    [[0.707, 0.0, 0.5, -0.5], [0.0, 0.707, -0.5, 0.5]]
    """
    if query.ndim != 2 or query.shape != retrieved.shape:
        raise VectorError(f"queries {query.shape} and retrieved {retrieved.shape} do not fit")
    if not (np.isfinite(query).all() and np.isfinite(retrieved).all()):
        raise VectorError("a vector of a query or of a retrieved item holds NaN or infinity")
    if kind == "query":
        return normalised(query)
    if kind == "difference":
        return _differences(query, retrieved)
    parts = {"query": normalised(query), "difference": _differences(query, retrieved)}
    return np.hstack([np.float32(np.sqrt(WEIGHTS[name])) * part for name, part in parts.items()])


def normalised(rows: Floats) -> Floats:
    """``rows`` (n, d) scaled to length 1; a row of zeros has no direction and stays."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = np.divide(rows, length, out=np.zeros(rows.shape, np.float32), where=length > 0)
    return unit


def _differences(query: Floats, retrieved: Floats) -> Floats:
    away = query - retrieved
    if not len(away):
        return normalised(away)
    return normalised(away - away.mean(axis=0, dtype=np.float64).astype(np.float32))
