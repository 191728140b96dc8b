"""Where the bars of a histogram begin and end: ranks by their logarithm, margins in even steps."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

MOST_BINS = 24


def rank_bounds(worst: int) -> tuple[int, ...]:
    """Upper bounds of the bands 1, 2, 3-5, 6-10, 11-20, 21-50 .. up to the rank ``worst``.

    About equally wide on a logarithmic scale, ending where R@1, R@5 and R@10 do.

    >>> rank_bounds(30)
    (1, 2, 5, 10, 20, 50)
    """
    bounds = [1]
    while bounds[-1] < worst:
        power, step = divmod(len(bounds), 3)
        bounds.append((1, 2, 5)[step] * 10**power)
    return tuple(bounds)


def curve_ranks(worst: int) -> tuple[int, ...]:
    """Ranks K for a curve of R@K, evenly spread on a logarithmic scale; the last is >= ``worst``.

    >>> curve_ranks(40)
    (1, 2, 3, 5, 7, 10, 15, 20, 30, 50)
    """
    found: list[int] = []
    for k in _steps():
        found.append(k)
        if k >= max(worst, 10):
            break
    return tuple(found)


def margin_edges(margins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Edges (bins + 1,) of at most 24 equal bins that hold all of ``margins`` (n,), one of them 0.

    Steps are 1, 2 or 5 times a power of ten, so that an edge can be typed. A bin holds its lower
    edge and not its upper one. Margins must be finite.

    >>> margin_edges(np.array([-0.013, 0.02])).tolist()
    [-0.014, -0.012, -0.01, -0.008, -0.006, -0.004, -0.002, 0.0, 0.002, 0.004, 0.006, 0.008, 0.01, \
0.012, 0.014, 0.016, 0.018, 0.02, 0.022]
    """
    low, high = min(0.0, float(margins.min())), max(0.0, float(margins.max()))
    step = nice_step((high - low) or 1.0, MOST_BINS - 2)
    first, last = math.floor(low / step), math.floor(high / step) + 1
    digits = max(0, -math.floor(math.log10(step)) + 1)
    edges = np.round(np.arange(first, last + 1) * step, digits)
    if margins.size and edges[-1] <= margins.max():  # the division above was a little too small
        edges = np.append(edges, np.round((last + 1) * step, digits))
    return np.asarray(edges + 0.0)  # no -0.0


def nice_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten of which ``most`` steps cover ``span``.

    >>> nice_step(0.9, 10), nice_step(7, 4)
    (0.1, 2.0)
    """
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(
        factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * (1 - 1e-9)
    )


def _steps() -> Iterator[int]:
    power = 1
    while True:
        for step in (1, 2, 3, 5, 7) if power == 1 else (1, 1.5, 2, 3, 5, 7):
            yield int(step * power)
        power *= 10
