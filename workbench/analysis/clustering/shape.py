"""How tight clusters are, which rows are typical of them, and which lie at an edge."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

SHOWN = 3
_BLOCK = 8_192


@dataclass(frozen=True, slots=True)
class Shape:
    """A cluster seen from its rows.

    coherence  mean cosine of its rows to its centre
    mixed      no tighter than all rows are around their common centre
    near       numbers of the other clusters, that with the nearest centre first
    typical    rows that lie nearest to the centre, nearest first
    edge       rows that are hardly nearer to it than to another centre (the farthest rows where
               there is no other), such a row first
    """

    coherence: float
    mixed: bool
    near: tuple[int, ...]
    typical: tuple[int, ...]
    edge: tuple[int, ...]


def shapes(
    rows: Floats, label: Rows, centre: Floats, image: Rows, *, shown: int = SHOWN
) -> list[Shape]:
    """The shape of each cluster of ``rows`` (n, d) with ``label`` (n,) and ``centre`` (k, d).

    ``image`` (n,) tells the rows' images apart: typical and edge cases come from ``shown``
    different images, as the captions of one image resemble each other.

    >>> rows = np.eye(2, dtype=np.float32)[[0, 0, 1, 1]]
    >>> [one.coherence for one in shapes(rows, np.array([0, 0, 1, 1]), rows[[0, 2]], np.arange(4))]
    [1.0, 1.0]
    """
    cosine = _cosines(rows, centre[label])
    all_alike = float(_cosines(rows, np.broadcast_to(rows.mean(axis=0), rows.shape)).mean())
    own, other = _own_and_other(rows, label, centre)
    between = np.linalg.norm(centre[:, None] - centre[None], axis=2)
    np.fill_diagonal(between, np.inf)
    found = []
    for number in range(len(centre)):
        members = np.flatnonzero(label == number)
        coherence = float(cosine[members].mean())
        alone = len(centre) == 1
        found.append(
            Shape(
                coherence=coherence,
                mixed=not alone and coherence <= all_alike,
                near=tuple(between[number].argsort(kind="stable")[:-1].tolist()),
                typical=_spread(members, own[members], image, shown),
                edge=_spread(members, (other - own)[members], image, shown),
            )
        )
    return found


def nearest_centre(rows: Floats, centre: Floats) -> Rows:
    """The number (n,) of the centre that each of ``rows`` (n, d) is nearest to.

    >>> nearest_centre(np.array([[0.2], [0.9]], np.float32), np.array([[0], [1]], np.float32))
    array([0, 1])
    """
    parts = [apart.argmin(axis=1) for _, apart in _squared_distances(rows, centre)]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _own_and_other(rows: Floats, label: Rows, centre: Floats) -> tuple[Floats, Floats]:
    """Each row's distance to its own centre and to the nearest other one, 0 without another."""
    own, other = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
    for block, apart in _squared_distances(rows, centre):
        apart = np.sqrt(np.maximum(apart, 0))
        places = np.arange(len(apart)), label[block]
        own[block] = apart[places]
        if len(centre) > 1:
            apart[places] = np.inf
            other[block] = apart.min(axis=1)
    return own, other


def _squared_distances(rows: Floats, centre: Floats) -> Iterator[tuple[slice, Floats]]:
    length = (centre**2).sum(axis=1)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        part = rows[block]
        yield block, (part**2).sum(axis=1)[:, None] - 2 * part @ centre.T + length


def _cosines(a: Floats, b: Floats) -> npt.NDArray[np.float64]:
    """The cosine of each row of ``a`` with that of ``b``, 0 where one of them is all zeros."""
    product = np.einsum("nd,nd->n", a, b, dtype=np.float64)
    length = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1).astype(np.float64)
    cosines: npt.NDArray[np.float64] = np.divide(
        product, length, out=np.zeros(len(a)), where=length > 0
    )
    return cosines


def _spread(members: Rows, value: Floats, image: Rows, shown: int) -> tuple[int, ...]:
    """The members with the smallest values, one of each image; fewer if there are not so many."""
    chosen: dict[int, int] = {}
    for row in members[np.argsort(value, kind="stable")].tolist():
        chosen.setdefault(int(image[row]), row)
        if len(chosen) == shown:
            break
    return tuple(chosen.values())
