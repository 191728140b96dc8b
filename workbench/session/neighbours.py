"""The cases most like a case: by what they ask for and by what was wrongly retrieved for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.records.case import Case
from store.records.direction import Direction
from store.records.run import RunQueries
from store.workspace import Workspace
from workbench.session.errors import told
from workbench.views.search import Neighbour

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAREST = 5


class SessionNeighbours:
    """Looks among the failures (rank > 1) of a run, whatever list is filtered.

    The queries of the run and direction looked at last are kept; vectors are mapped only meanwhile.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._read: tuple[int, Direction, RunQueries] | None = None

    @told
    def of(self, case: Case, k: int = NEAREST) -> tuple[Neighbour, ...]:
        """Return the `k` failures most like a case, most alike first.

        How alike is the mean of two cosines: of the queries, and of what came first for them.
        """
        import numpy as np

        from workbench.compute.run_vectors import vectors_of

        run = self._workspace.runs.get(case.run_id)
        queries = self._queries(run.id, case.direction)
        miss = (queries.rank > 1) & (queries.query_id != case.query_id)
        ids = queries.query_id[miss]
        vectors = vectors_of(self._workspace, run)
        sides = [
            (vectors.captions, vectors.order.caption_ids),
            (vectors.images, vectors.order.image_ids),
        ]
        asked, retrieved = sides if case.direction == "t2i" else sides[::-1]
        of_queries = _cosines(*asked, ids, case.query_id)
        of_tops = _cosines(*retrieved, queries.top_id[miss], case.top_id)
        alike = (of_queries + of_tops).astype(np.float64) / 2
        first = np.argsort(-alike, kind="stable")[:k]
        return tuple(Neighbour(int(ids[at]), float(alike[at])) for at in first)

    def _queries(self, run_id: int, direction: Direction) -> RunQueries:
        known = self._read
        if known is None or known[:2] != (run_id, direction):
            found = self._workspace.clusterings.queries(run_id, direction)
            known = self._read = run_id, direction, found
        return known[2]


def _cosines(
    vectors: NDArray[np.float32],
    order: NDArray[np.int64],
    ids: NDArray[np.int64],
    own: int,
) -> NDArray[np.float32]:
    """Return the cosines (n,) of items with one of them; `order` says whose the rows are."""
    import numpy as np

    from workbench.analysis.nearest import cosines

    return cosines(vectors, np.array(vectors[np.searchsorted(order, own)]))[
        np.searchsorted(order, ids)
    ]
