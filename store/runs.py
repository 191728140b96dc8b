"""Evaluations: the run, its numbers, every query's rank and its first hits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from store.arrays import integer_columns, integers, reals
from store.clock import utc_now
from store.connections import Connections
from store.errors import NotFound
from store.records.direction import Direction
from store.records.run import Metric, RankTable, Run
from store.tables import insert, table, to_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RUNS = (
    "SELECT r.id, r.dataset_id, r.model_id, s.name, s.split, m.spec, r.stage, r.status, "
    "r.protocol, r.job_id, r.seconds, r.images_per_s, r.captions_per_s, r.peak_memory_bytes, "
    "r.created_at, r.pairs_per_s, r.first_run_id, r.efficiency FROM runs AS r "
    "JOIN datasets AS s ON s.id = r.dataset_id JOIN models AS m ON m.id = r.model_id"
)


class Runs:
    """Runs; each is stored whole or not at all, and never changes afterwards."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self,
        *,
        dataset_id: int,
        model_id: int,
        stage: str,
        protocol: Mapping[str, Any],
        job_id: int | None,
        seconds: float,
        images_per_s: float | None,
        captions_per_s: float | None,
        peak_memory_bytes: int | None,
        metrics: Iterable[Metric],
        tables: Iterable[RankTable],
        pairs_per_s: float | None = None,
        first_run_id: int | None = None,
        efficiency: Mapping[str, Any] | None = None,
    ) -> Run:
        """Store a finished run in one transaction.

        `first_run_id` is the run whose first candidates a re-ranked one took.
        Raises StoreError for a score that is not a number, naming the query, and NotFound.
        """
        from store.run_staging import HIT_COLUMNS, RANK_COLUMNS, bring

        if first_run_id is not None:
            self.get(first_run_id)
        row = {
            "dataset_id": dataset_id,
            "model_id": model_id,
            "stage": stage,
            "protocol": to_json(dict(protocol)),
            "status": "done",
            "job_id": job_id,
            "seconds": seconds,
            "images_per_s": images_per_s,
            "captions_per_s": captions_per_s,
            "peak_memory_bytes": peak_memory_bytes,
            "created_at": utc_now(),
            "pairs_per_s": pairs_per_s,
            "first_run_id": first_run_id,
            "efficiency": to_json(dict(efficiency or {})),
        }
        # Millions of rows are brought into SQLite before the database is locked: others who write
        # then wait for a third of the time, and the whole takes no longer.
        with self._connections.stage() as staged:
            bring(staged, tables)
            numbers = list(metrics)
            with self._connections.publish(staged):
                run_id = insert(staged, "runs", row)
                table(staged, "metrics").insert_all(
                    {
                        "run_id": run_id,
                        "direction": metric.direction,
                        "name": metric.name,
                        "value": metric.value,
                        "low": metric.low,
                        "high": metric.high,
                    }
                    for metric in numbers
                )
                for name, columns in (("ranks", RANK_COLUMNS), ("hits", HIT_COLUMNS)):
                    staged.execute(
                        f"INSERT INTO {name} (run_id, {columns}) "
                        f"SELECT ?, * FROM temp.new_{name} ORDER BY rowid",
                        (run_id,),
                    )
        return self.get(run_id)

    def all(self) -> list[Run]:
        """Return every run, newest first."""
        rows = self._connections.read().execute(f"{_RUNS} ORDER BY r.id DESC")
        return [_run(row) for row in rows]

    def get(self, run_id: int) -> Run:
        """Return a run by id; raises NotFound."""
        read = self._connections.read()
        row = read.execute(f"{_RUNS} WHERE r.id = ?", (run_id,)).fetchone()
        if row is None:
            ids = [str(n) for (n,) in read.execute("SELECT id FROM runs ORDER BY id DESC LIMIT 20")]
            raise NotFound(f"no run {run_id}: there are {', '.join(ids) or 'none yet'}")
        return _run(row)

    def latest(self) -> Run | None:
        """Return the newest run, None if there is none."""
        row = self._connections.read().execute(f"{_RUNS} ORDER BY r.id DESC LIMIT 1").fetchone()
        return _run(row) if row is not None else None

    def metrics(self, run_id: int) -> list[Metric]:
        """Return the numbers of a run, text to image first."""
        rows = self._connections.read().execute(
            "SELECT direction, name, value, low, high FROM metrics "
            "WHERE run_id = ? ORDER BY direction DESC, name",
            (run_id,),
        )
        return [Metric(*row) for row in rows]

    def ranks(
        self, run_id: int, direction: Direction
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return every query id and its rank, in query order, for comparing runs."""
        rows = self._connections.read().execute(
            "SELECT query_id, rank FROM ranks WHERE run_id = ? AND direction = ? ORDER BY query_id",
            (run_id, direction),
        )
        query_ids, ranks = integer_columns(rows, 2)
        return query_ids, ranks

    def margins(self, run_id: int, direction: Direction) -> NDArray[np.float64]:
        """Return every query's margin, in the order of `ranks`; inf where nothing is wrong."""
        rows = self._connections.read().execute(
            "SELECT margin FROM ranks WHERE run_id = ? AND direction = ? ORDER BY query_id",
            (run_id, direction),
        )
        return reals(margin for (margin,) in rows)

    def images_of(self, run_id: int, direction: Direction) -> NDArray[np.int64]:
        """Return the image of every query, in the order of `ranks`: in i2t the query itself."""
        if direction == "i2t":
            return self.ranks(run_id, direction)[0]
        rows = self._connections.read().execute(
            "SELECT c.image_id FROM ranks AS r JOIN captions AS c ON c.id = r.query_id "
            "WHERE r.run_id = ? AND r.direction = ? ORDER BY r.query_id",
            (run_id, direction),
        )
        return integers(image_id for (image_id,) in rows)

    def positive_scores(self, run_id: int, direction: Direction) -> NDArray[np.float64]:
        """Return the scores (n,) of all queries with their own best positive, ascending."""
        rows = self._connections.read().execute(
            "SELECT positive_score FROM ranks WHERE run_id = ? AND direction = ?",
            (run_id, direction),
        )
        scores = reals(score for (score,) in rows)
        scores.sort()
        return scores

    def retrieving(self, run_id: int, direction: Direction, item_id: int) -> list[int]:
        """Return the queries whose first hit is an item, worst rank first."""
        rows = self._connections.read().execute(
            "SELECT query_id FROM ranks WHERE run_id = ? AND direction = ? AND top_id = ? "
            "ORDER BY rank DESC, query_id",
            (run_id, direction, item_id),
        )
        return [query_id for (query_id,) in rows]

    def same(
        self, dataset_id: int, model_id: int, stage: str, protocol: Mapping[str, Any]
    ) -> Run | None:
        """Return the newest finished run with the identical protocol, None if there is none."""
        row = (
            self._connections.read()
            .execute(
                f"{_RUNS} WHERE r.dataset_id = ? AND r.model_id = ? AND r.stage = ? "
                "AND r.protocol = ? AND r.status = 'done' ORDER BY r.id DESC LIMIT 1",
                (dataset_id, model_id, stage, to_json(dict(protocol))),
            )
            .fetchone()
        )
        return _run(row) if row is not None else None

    def remove(self, run_id: int) -> None:
        """Remove a run with its ranks, suggestions, clusters and the metrics it gave captions.

        Decisions stay, and so do runs that re-ranked its candidates.
        """
        self.get(run_id)
        with self._connections.write() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))


def _run(row: tuple[Any, ...]) -> Run:
    columns = list(row)
    for place in (8, 17):  # protocol, efficiency
        columns[place] = json.loads(columns[place])
    return Run(*columns)
