"""Pairs of a caption and an image that a data set does not list: candidates and confirmed ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.arrays import integers, reals
from store.connections import Connection, Connections
from store.records.direction import Direction
from store.records.suggestion import MissingPair
from store.tables import to_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DATA_FAULT = "data_fault"

# The row with an empty annotator is the newest decision by anyone (store/migrations.py).
_PAIRS = """
SELECT DISTINCT
    CASE l.direction WHEN 't2i' THEN l.query_id ELSE l.top_id END AS caption_id,
    CASE l.direction WHEN 't2i' THEN l.top_id ELSE l.query_id END AS image_id,
    d.annotator
FROM latest_decisions AS l JOIN decisions AS d ON d.id = l.decision_id
WHERE l.dataset_id = ? AND l.annotator = '' AND l.verdict = 'labelled'
    AND EXISTS (SELECT 1 FROM json_each(l.categories) WHERE value = ?)
ORDER BY caption_id, image_id
"""
_MISSES = {
    "t2i": "SELECT r.query_id, r.top_id, own.image_id, r.top_id, {agreement} FROM ranks AS r "
    "JOIN captions AS own ON own.id = r.query_id",
    "i2t": "SELECT r.query_id, r.top_id, r.query_id, top.image_id, {agreement} FROM ranks AS r "
    "JOIN captions AS top ON top.id = r.top_id",
}
_AGREEMENT = (
    "ifnull((SELECT max(s.score) FROM suggestions AS s WHERE s.run_id = r.run_id "
    "AND s.direction = r.direction AND s.query_id = r.query_id AND s.category = :fault), 0.0)"
)
_OTHER_RUNS = """
SELECT max(o.id) FROM runs AS o JOIN runs AS r ON r.id = ?
WHERE o.dataset_id = r.dataset_id AND (o.model_id, o.stage) <> (r.model_id, r.stage)
GROUP BY o.model_id, o.stage
"""
_AHEAD = """
SELECT r.query_id FROM ranks AS r
CROSS JOIN ranks AS o ON o.run_id = :other AND o.direction = r.direction
    AND o.query_id = r.query_id
CROSS JOIN hits AS h ON h.run_id = :other AND h.direction = r.direction
    AND h.query_id = r.query_id AND h.position < o.rank AND h.item_id = r.top_id
WHERE r.run_id = :run AND r.direction = :direction AND r.rank > 1
ORDER BY r.query_id
"""
_LISTED = (
    "SELECT query_id, score, agreement, similarity, distance, models, of_models "
    "FROM false_negatives WHERE run_id = ? AND direction = ?"
)


@dataclass(frozen=True, slots=True)
class CorrectedPairs:
    """Distinct (caption id, image id) that count as positives, and who confirmed them."""

    pairs: Sequence[tuple[int, int]]
    annotators: Sequence[str]


@dataclass(frozen=True, slots=True)
class Misses:
    """The failures of a run in one direction as columns (n,), in the order of `query_id`.

    `own` and `top` are the images: the one that is right, and the one that was retrieved or has
    the retrieved caption. `agreement` is the best score of a `data_fault` suggestion, 0 without.
    """

    query_id: NDArray[np.int64]
    top_id: NDArray[np.int64]
    own: NDArray[np.int64]
    top: NDArray[np.int64]
    agreement: NDArray[np.float64]


class FalseNegatives:
    """What is, or may be, missing in the list of pairs of a data set."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def corrected_positives(self, dataset_id: int) -> CorrectedPairs:
        """Return the pairs whose newest decision, in either direction, says data fault."""
        rows = self._connections.read().execute(_PAIRS, (dataset_id, DATA_FAULT)).fetchall()
        pairs = dict.fromkeys((caption, image) for caption, image, _ in rows)
        return CorrectedPairs(tuple(pairs), tuple(sorted({name for *_, name in rows})))

    def misses(self, run_id: int, direction: Direction) -> Misses:
        """Return the failures (rank > 1) that retrieved something."""
        query = _MISSES[direction].format(agreement=_AGREEMENT)
        rows = self._connections.read().execute(
            f"{query} WHERE r.run_id = :run AND r.direction = :direction AND r.rank > 1 "
            "AND r.top_id >= 0 ORDER BY r.query_id",
            {"run": run_id, "direction": direction, "fault": DATA_FAULT},
        )
        queries, top, own, image, agreement = tuple(zip(*rows, strict=True)) or ((),) * 5
        return Misses(
            integers(queries), integers(top), integers(own), integers(image), reals(agreement)
        )

    def other_runs(self, run_id: int) -> list[int]:
        """Return the newest run of every other model and stage on the same data set."""
        rows = self._connections.read().execute(_OTHER_RUNS, (run_id,))
        return sorted(int(other) for (other,) in rows)

    def retrieved_by(self, run_id: int, direction: Direction, other: int) -> NDArray[np.int64]:
        """Return the failures of a run whose first answer another run ranks above the truth too.

        Known as far as the other run keeps hits.
        """
        key = {"run": run_id, "direction": direction, "other": other}
        rows = self._connections.read().execute(_AHEAD, key)
        return integers(query for (query,) in rows)

    def hashes(self, image_ids: Iterable[int]) -> dict[int, int]:
        """Return the 64-bit hashes of those images that have one."""
        rows = self._connections.read().execute(
            "SELECT image_id, phash FROM image_hashes "
            "WHERE image_id IN (SELECT value FROM json_each(?))",
            (to_json(sorted(set(image_ids))),),
        )
        return {image: int(phash, 16) for image, phash in rows}

    def add_hashes(self, hashes: Mapping[int, int]) -> None:
        """Store hashes of images; they never change, as images do not."""
        with self._connections.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO image_hashes (image_id, phash) VALUES (?, ?)",
                [(image, f"{phash:016x}") for image, phash in hashes.items()],
            )

    def replace(self, run_id: int, direction: Direction, pairs: Iterable[MissingPair]) -> None:
        """Store the candidates of a run in place of those that were there."""
        with self._connections.write() as connection:
            connection.execute(
                "DELETE FROM false_negatives WHERE run_id = ? AND direction = ?",
                (run_id, direction),
            )
            connection.executemany(
                "INSERT INTO false_negatives (run_id, direction, query_id, score, agreement, "
                "similarity, distance, models, of_models) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        *(run_id, direction, pair.query_id, pair.score, pair.agreement),
                        *(pair.similarity, pair.distance, pair.models, pair.of_models),
                    )
                    for pair in pairs
                ),
            )

    def count(self, run_id: int, direction: Direction) -> int:
        """Return how many candidates there are."""
        found = self._connections.read().execute(
            "SELECT count(*) FROM false_negatives WHERE run_id = ? AND direction = ?",
            (run_id, direction),
        )
        return int(found.fetchone()[0])

    def best(self, run_id: int, direction: Direction, limit: int) -> list[MissingPair]:
        """Return the likeliest candidates first."""
        rows = self._connections.read().execute(
            f"{_LISTED} ORDER BY score DESC, query_id LIMIT ?", (run_id, direction, limit)
        )
        return [MissingPair(*row) for row in rows]


def missing_pair_of(
    read: Connection, run_id: int, direction: Direction, query_id: int
) -> MissingPair | None:
    """Return what is known of a case; None if it is no candidate, or nobody has looked."""
    row = read.execute(f"{_LISTED} AND query_id = ?", (run_id, direction, query_id)).fetchone()
    return None if row is None else MissingPair(*row)
