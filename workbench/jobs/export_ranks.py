"""What an export tells of other runs: the rank of a case's query in each, a column a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from store.records.direction import Direction
from store.records.run import Run
from store.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def rank_column(run: Run) -> str:
    """Name the column of a run's ranks; a run keeps its number, whatever else is evaluated."""
    return f"rank_run_{run.id}"


def other_runs(workspace: Workspace, run_id: int) -> list[Run]:
    """Return the other runs on the data set of a run, the oldest first."""
    run = workspace.runs.get(run_id)
    runs = reversed(workspace.runs.all())
    return [one for one in runs if one.dataset_id == run.dataset_id and one.id != run.id]


def with_ranks(
    workspace: Workspace,
    direction: Direction,
    runs: Sequence[Run],
    rows: Iterator[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Stream rows with the ranks of their queries in runs; None where a run lacks the query.

    The ranks of a run are read at once: they are some bytes a query.
    """
    known = {rank_column(run): workspace.runs.ranks(run.id, direction) for run in runs}
    while page := list(islice(rows, 500)):
        columns = _columns([row["query_id"] for row in page], known)
        for at, row in enumerate(page):
            yield {**row, **{name: ranks[at] for name, ranks in columns.items()}}


def _columns(
    query_ids: Sequence[int], known: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
) -> dict[str, list[int | None]]:
    """Look queries up in the ranks of every run, which are in query order."""
    import numpy as np

    wanted = np.asarray(query_ids, np.int64)
    columns: dict[str, list[int | None]] = {}
    for name, (queries, ranks) in known.items():
        first = np.searchsorted(queries, wanted, "left").tolist()
        behind = np.searchsorted(queries, wanted, "right").tolist()
        columns[name] = [
            int(ranks[at]) if at < end else None for at, end in zip(first, behind, strict=True)
        ]
    return columns
