"""Cases: the queries of a run as lists, pages and one at a time."""

from __future__ import annotations

import json
import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from store.arrays import integers, integers_of_json, names
from store.case_rows import contexts, detail, rows
from store.conditions import Query
from store.connections import Connections
from store.errors import NotFound
from store.facets import Band, band_counts, facet_counts
from store.filter import EVERYTHING, Filter
from store.records.case import Case, CaseContext, CaseCounts, CaseDetail, FacetCounts
from store.records.direction import Direction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PAGE = 500


class Cases:
    """The queries of a run in one direction, filtered and sorted.

    Sorts: rank, margin, id, cluster, time (of the decision), suggestion (its score), each with a
    minus in front for the reverse. Ties are ordered by query id, in the same direction.
    `annotator` chooses whose decisions count; None: the newest by anyone.
    """

    slices: Callable[[int, Direction, str], Sequence[int]] | None = None
    """The queries of a run that are in a slice, by its word in a filter; known above the store."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def ids(
        self,
        run_id: int,
        direction: Direction,
        filter: Filter = EVERYTHING,
        sort: str = "rank",
        annotator: str | None = None,
    ) -> array[int]:
        """Return the query ids of a list in its order."""
        query = self._query(run_id, direction, annotator)
        value, way = query.sort(sort)
        query.apply(filter)
        # One row for all of them: fetching each from a thread would wait for the interpreter's
        # lock every time, while another thread paints.
        (found,) = (
            self._connections.read()
            .execute(
                "SELECT json_group_array(query_id) FROM "
                f"(SELECT r.query_id{query.source()} ORDER BY {value} {way}, r.query_id {way})",
                query.parameters,
            )
            .fetchone()
        )
        return integers_of_json(found)

    def rows(
        self,
        run_id: int,
        direction: Direction,
        query_ids: Sequence[int] | NDArray[np.int64],
        annotator: str | None = None,
    ) -> list[Case]:
        """Return cases by query id in the order asked for; unknown ids are left out."""
        query = self._query(run_id, direction, annotator)
        return rows(self._connections.read(), query, [int(n) for n in query_ids])

    def page(
        self,
        run_id: int,
        direction: Direction,
        filter: Filter = EVERYTHING,
        sort: str = "rank",
        after: tuple[Any, int] | None = None,
        limit: int = 50,
        annotator: str | None = None,
    ) -> list[Case]:
        """Return the cases that follow `after`, which `cursor` makes from the last one seen."""
        query = self._query(run_id, direction, annotator)
        value, way = query.sort(sort)
        query.whole = False
        if after is not None:
            query.after(value, way, after)
        query.apply(filter)
        found = self._connections.read().execute(
            f"SELECT r.query_id{query.source()} ORDER BY {value} {way}, r.query_id {way} "
            f"LIMIT {query.bind(limit)}",
            query.parameters,
        )
        return self.rows(run_id, direction, [n for (n,) in found], annotator)

    def stream(
        self,
        run_id: int,
        direction: Direction,
        filter: Filter = EVERYTHING,
        sort: str = "rank",
        annotator: str | None = None,
    ) -> Iterator[Case]:
        """Yield every case of a list, as it was when the first one was asked for."""
        found = self.ids(run_id, direction, filter, sort, annotator)
        for start in range(0, len(found), _PAGE):
            yield from self.rows(run_id, direction, found[start : start + _PAGE], annotator)

    def detail(
        self, run_id: int, direction: Direction, query_id: int, annotator: str | None = None
    ) -> CaseDetail:
        """Return everything about one case; raises NotFound."""
        found = self.rows(run_id, direction, [query_id], annotator)
        if not found:
            raise NotFound(f"run {run_id} has no {direction} query {query_id}")
        return detail(self._connections.read(), found[0])

    def contexts(self, cases: Sequence[Case]) -> list[CaseContext]:
        """Return what an export adds to each of the cases."""
        return contexts(self._connections.read(), cases)

    def count(
        self,
        run_id: int,
        direction: Direction,
        filter: Filter = EVERYTHING,
        annotator: str | None = None,
    ) -> int:
        """Return how many cases a filter leaves."""
        query = self._query(run_id, direction, annotator)
        query.apply(filter)
        found = self._connections.read().execute(
            f"SELECT count(*){query.source()}", query.parameters
        )
        return int(found.fetchone()[0])

    def counts(
        self,
        run_id: int,
        direction: Direction,
        filter: Filter = EVERYTHING,
        annotator: str | None = None,
    ) -> CaseCounts:
        """Return how far the labelling of a list is."""
        query = self._query(run_id, direction, annotator)
        query.whole = False  # only decided cases are looked at
        query.apply(filter)
        verdicts: Counter[str] = Counter()
        categories: Counter[str] = Counter()
        found = self._connections.read().execute(query.decided_counts(), query.parameters)
        for verdict, labels, count in found:
            verdicts[verdict] += count
            categories.update(dict.fromkeys(json.loads(labels), count))
        return CaseCounts(
            total=self.count(run_id, direction, filter, annotator),
            decided=verdicts["labelled"],
            skipped=verdicts["skipped"],
            by_category=dict(categories),
        )

    def facets(
        self,
        run_id: int,
        direction: Direction,
        filter: Filter = EVERYTHING,
        annotator: str | None = None,
        *,
        suggestions: Sequence[str] = (),
    ) -> FacetCounts:
        """Count a list by what its cases have in common; `suggestions` are those looked for."""

        def selected() -> Query:
            query = self._query(run_id, direction, annotator)
            query.apply(filter)
            return query

        return facet_counts(self._connections.read(), selected, suggestions)

    def band_counts(
        self,
        run_id: int,
        direction: Direction,
        filter: Filter = EVERYTHING,
        annotator: str | None = None,
    ) -> dict[Band, int]:
        """Count a list by rank alone, which takes a small part of the time of all facets."""
        query = self._query(run_id, direction, annotator)
        query.apply(filter)
        return band_counts(self._connections.read(), query)

    def hint_counts(
        self, run_id: int, direction: Direction, max_rank_hit: int = 1
    ) -> dict[str | None, int]:
        """Count the failures (rank > `max_rank_hit`) by best suggestion; None has none."""
        found = self._connections.read().execute(
            "SELECT suggestion, count(*) FROM ranks "
            "WHERE run_id = ? AND direction = ? AND rank > ? GROUP BY suggestion",
            (run_id, direction, max_rank_hit),
        )
        return dict(found.fetchall())

    def ranks_in(
        self, run_id: int, direction: Direction, query_ids: Sequence[int] | NDArray[np.int64]
    ) -> list[int]:
        """Return the ranks of queries in any run, 0 where it does not hold the query."""
        wanted = [int(n) for n in query_ids]
        found = self._connections.read().execute(
            "SELECT r.query_id, r.rank FROM json_each(?) AS wanted CROSS JOIN ranks AS r "
            "ON r.run_id = ? AND r.direction = ? AND r.query_id = wanted.value",
            (json.dumps(wanted), run_id, direction),
        )
        ranks = dict(found.fetchall())
        return [ranks.get(query_id, 0) for query_id in wanted]

    def labels(
        self, run_id: int, direction: Direction, annotator: str | None = None
    ) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
        """Return the queries whose case in this run is labelled, in order, and their categories."""
        query = self._query(run_id, direction, annotator)
        found = self._connections.read().execute(
            "SELECT r.query_id, d.categories FROM latest_decisions AS d CROSS JOIN ranks AS r "
            "ON r.run_id = :run AND r.direction = :direction AND r.query_id = d.query_id "
            "AND r.top_id = d.top_id WHERE d.dataset_id = :dataset AND d.direction = :direction "
            "AND d.annotator = :annotator AND d.verdict = 'labelled' ORDER BY d.query_id",
            query.parameters,
        )
        ids, texts = _columns(found.fetchall())
        categories = {text: tuple(json.loads(text)) for text in set(texts)}
        return integers(ids), [categories[text] for text in texts]

    def hints(self, run_id: int, direction: Direction) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Return the failures (rank > 1) that have a suggestion, in order, and the best one's name.

        The names are an array of str (n,).
        """
        found = self._connections.read().execute(
            "SELECT query_id, suggestion FROM ranks WHERE run_id = ? AND direction = ? "
            "AND rank > 1 AND suggestion IS NOT NULL ORDER BY query_id",
            (run_id, direction),
        )
        ids, found_names = _columns(found.fetchall())
        return integers(ids), names(found_names)

    def _query(self, run_id: int, direction: Direction, annotator: str | None) -> Query:
        row = (
            self._connections.read()
            .execute(
                "SELECT dataset_id, (SELECT max(id) FROM clusterings "
                "WHERE run_id = :run AND direction = :direction) FROM runs WHERE id = :run",
                {"run": run_id, "direction": direction},
            )
            .fetchone()
        )
        if row is None:
            raise NotFound(f"no run {run_id}")
        slices = self.slices
        return Query(
            direction,
            {
                "run": run_id,
                "direction": direction,
                "dataset": row[0],
                "clustering": row[1],
                # The row under the empty name is the newest decision by anyone.
                "annotator": annotator or "",
            },
            runs=lambda: self._runs(row[0]),
            slices=None if slices is None else lambda word: slices(run_id, direction, word),
        )

    def _runs(self, dataset_id: int) -> dict[int, str]:
        found = self._connections.read().execute(
            "SELECT r.id, m.spec FROM runs AS r JOIN models AS m ON m.id = r.model_id "
            "WHERE r.dataset_id = ? ORDER BY r.id DESC",
            (dataset_id,),
        )
        return dict(found.fetchall())


def _columns(rows: list[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(zip(*rows, strict=True)) if rows else ((), ())


def cursor(case: Case, sort: str) -> tuple[Any, int]:
    """Return the place of a case in an order, to go on from with `Cases.page`."""
    value: Any = {
        "rank": case.rank,
        "margin": math.inf if case.margin is None else case.margin,
        "id": case.query_id,
        "suggestion": -1.0 if case.suggestion_score is None else case.suggestion_score,
        "cluster": 1e9 if case.cluster is None else case.cluster,
        "time": case.decided_at or "",
    }[sort.removeprefix("-")]
    return value, case.query_id
