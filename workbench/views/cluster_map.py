"""Failures on a plane, counted in the cells of a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class MapPoints:
    """The members (n,) of a clustering: `number` is the row of the table each belongs to."""

    query_id: NDArray[np.int64]
    number: NDArray[np.int64]
    x: NDArray[np.floating]
    y: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class ClusterMap:
    """The members of a clustering on a grid of `rows` times `columns` cells, row by row.

    count     (cells,) how many lie in a cell
    number    (cells,) the row of the cluster table that most of them belong to, -1 in an empty one
    query_id  (n,) the members by cell; those of cell i are from `start[i]` to `start[i + 1]`
    """

    columns: int
    rows: int
    count: NDArray[np.int64]
    number: NDArray[np.int64]
    query_id: NDArray[np.int64]
    start: NDArray[np.int64]

    def members(self, cell: int) -> list[int]:
        """Return the queries in a cell, lowest id first."""
        return sorted(self.query_id[self.start[cell] : self.start[cell + 1]].tolist())


def cluster_map(points: MapPoints, columns: int, rows: int) -> ClusterMap:
    """Count points in cells, y upwards.

    >>> import numpy as np
    >>> place = np.array([0.0, 1.0, 1.0])
    >>> found = cluster_map(MapPoints(np.array([7, 8, 9]), np.array([0, 1, 1]), place, place), 2, 2)
    >>> found.count.tolist(), found.number.tolist(), found.members(1)
    ([0, 2, 1, 0], [-1, 1, 0, -1], [8, 9])
    """
    import numpy as np

    cell = _place(-points.y, rows) * columns + _place(points.x, columns)
    n_cells, n_numbers = rows * columns, int(points.number.max(initial=0)) + 1
    by_number = np.bincount(cell * n_numbers + points.number, minlength=n_cells * n_numbers)
    table = by_number.reshape(n_cells, n_numbers)
    count = table.sum(axis=1)
    order = np.argsort(cell, kind="stable")
    return ClusterMap(
        columns=columns,
        rows=rows,
        count=count,
        number=np.where(count > 0, table.argmax(axis=1), -1),
        query_id=points.query_id[order],
        start=np.concatenate([[0], np.cumsum(count)]),
    )


def _place(value: NDArray[np.floating], cells: int) -> NDArray[np.int64]:
    """Return the cell of each value, from 0 for the least to the last for the greatest."""
    import numpy as np

    low, high = (value.min(), value.max()) if value.size else (0.0, 0.0)
    share = (value - low) / (high - low) if high > low else np.full(value.shape, 0.5)
    return np.minimum((share * cells).astype(np.int64), cells - 1)
