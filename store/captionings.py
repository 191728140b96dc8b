"""Captions that models wrote: kept image by image while the work goes on, then with their numbers.

What a model writes is as little trusted as what comes from a file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from store.clock import utc_now
from store.connections import Connection, Connections
from store.errors import NotFound, StoreError
from store.records.captioning import Captioning, CaptionMetric, GeneratedCaption
from store.tables import clean, insert, to_json

Scores = Mapping[int, Mapping[str, float]]

_CAPTIONINGS = (
    "SELECT c.id, c.dataset_id, c.model_id, s.name, s.split, m.spec, c.options, c.protocol, "
    "c.status, c.done, c.job_id, c.seconds, c.images_per_s, c.peak_memory_bytes, c.efficiency, "
    "c.created_at FROM captionings AS c "
    "JOIN datasets AS s ON s.id = c.dataset_id JOIN models AS m ON m.id = c.model_id"
)
_GENERATED = "SELECT g.captioning_id, g.image_id, m.spec, g.text, g.scores"
# Of a model that captioned an image with several options the newest finished captioning counts.
_OF_IMAGES = f"""
{_GENERATED} FROM json_each(?) AS wanted
CROSS JOIN generated_captions AS g ON g.image_id = wanted.value
JOIN captionings AS c ON c.id = g.captioning_id AND c.status = 'done'
JOIN models AS m ON m.id = c.model_id
WHERE NOT EXISTS (
    SELECT 1 FROM captionings AS newer
    WHERE newer.dataset_id = c.dataset_id AND newer.model_id = c.model_id
        AND newer.status = 'done' AND newer.id > c.id
)
ORDER BY g.captioning_id DESC
"""


class Captionings:
    """Captionings of data sets; a data set, a model, its options and the protocol make one."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def start(
        self,
        dataset_id: int,
        model_id: int,
        options: Mapping[str, Any],
        protocol: Mapping[str, Any],
        job_id: int | None,
    ) -> Captioning:
        """Return the captioning of this work, begun if it is new; one that is not done goes on."""
        row = {
            "dataset_id": dataset_id,
            "model_id": model_id,
            "options": clean(to_json(dict(options))),
            "protocol": clean(to_json(dict(protocol))),
        }
        with self._connections.write() as connection:
            found = connection.execute(
                "SELECT id FROM captionings WHERE dataset_id = :dataset_id "
                "AND model_id = :model_id AND options = :options AND protocol = :protocol",
                row,
            ).fetchone()
            if found is None:
                captioning_id = insert(
                    connection, "captionings", {**row, "job_id": job_id, "created_at": utc_now()}
                )
            else:
                captioning_id = found[0]
                connection.execute(
                    "UPDATE captionings SET job_id = ? WHERE id = ? AND status = 'running'",
                    (job_id, captioning_id),
                )
        return self.get(captioning_id)

    def missing(self, captioning_id: int) -> list[int]:
        """Return the images of the data set that have no caption yet, in its order."""
        self.get(captioning_id)
        found = self._connections.read().execute(
            "SELECT i.id FROM captionings AS c JOIN images AS i ON i.dataset_id = c.dataset_id "
            "WHERE c.id = ? AND NOT EXISTS (SELECT 1 FROM generated_captions AS g "
            "WHERE g.captioning_id = c.id AND g.image_id = i.id) ORDER BY i.id",
            (captioning_id,),
        )
        return [image_id for (image_id,) in found]

    def add(self, captioning_id: int, captions: Iterable[tuple[int, str]]) -> int:
        """Store captions as (image id, text) in one transaction; return how many were new.

        An image that has a caption keeps it. Numbers of the captioning, which do not count the
        new ones, are removed. Raises StoreError for an image of other data.
        """
        dataset_id = self.get(captioning_id).dataset_id
        rows = [(captioning_id, image_id, clean(text)) for image_id, text in captions]
        if not rows:
            return 0
        with self._connections.write() as connection:
            _check_images(connection, dataset_id, [image_id for _, image_id, _ in rows])
            added = connection.executemany(
                "INSERT INTO generated_captions (captioning_id, image_id, text) VALUES (?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                rows,
            ).rowcount
            connection.execute(
                "UPDATE captionings SET done = done + ? WHERE id = ?", (added, captioning_id)
            )
            if added:
                connection.execute(
                    "DELETE FROM caption_metrics WHERE captioning_id = ?", (captioning_id,)
                )
        return added

    def finish(
        self,
        captioning_id: int,
        *,
        seconds: float,
        images_per_s: float | None,
        peak_memory_bytes: int | None,
        efficiency: Mapping[str, Any] | None = None,
        metrics: Iterable[CaptionMetric] = (),
        scores: Scores | None = None,
    ) -> Captioning:
        """Say that a captioning is done and store its numbers, in one transaction."""
        self.get(captioning_id)
        numbers = _metric_rows(captioning_id, metrics), _score_rows(captioning_id, scores or {})
        with self._connections.write() as connection:
            connection.execute(
                "UPDATE captionings SET status = 'done', seconds = ?, images_per_s = ?, "
                "peak_memory_bytes = ?, efficiency = ? WHERE id = ?",
                (
                    seconds,
                    images_per_s,
                    peak_memory_bytes,
                    to_json(dict(efficiency or {})),
                    captioning_id,
                ),
            )
            _put(connection, *numbers)
        return self.get(captioning_id)

    def put_metrics(
        self, captioning_id: int, metrics: Iterable[CaptionMetric], scores: Scores | None = None
    ) -> None:
        """Put numbers in the place of those of the same run, and scores in those of their name.

        Raises StoreError for a number that is none and for a score of an image without caption.
        """
        self.get(captioning_id)
        numbers = _metric_rows(captioning_id, metrics), _score_rows(captioning_id, scores or {})
        with self._connections.write() as connection:
            _put(connection, *numbers)

    def all(self) -> list[Captioning]:
        """Return every captioning, newest first."""
        rows = self._connections.read().execute(f"{_CAPTIONINGS} ORDER BY c.id DESC")
        return [_captioning(row) for row in rows]

    def get(self, captioning_id: int) -> Captioning:
        """Return a captioning by id; raises NotFound."""
        read = self._connections.read()
        row = read.execute(f"{_CAPTIONINGS} WHERE c.id = ?", (captioning_id,)).fetchone()
        if row is None:
            ids = read.execute("SELECT id FROM captionings ORDER BY id DESC LIMIT 20")
            listing = ", ".join(str(n) for (n,) in ids) or "none yet"
            raise NotFound(f"no captioning {captioning_id}: there are {listing}")
        return _captioning(row)

    def captions(self, captioning_id: int) -> list[GeneratedCaption]:
        """Return the captions in the order of the data set's images."""
        found = self._connections.read().execute(
            f"{_GENERATED} FROM generated_captions AS g "
            "JOIN captionings AS c ON c.id = g.captioning_id JOIN models AS m ON m.id = c.model_id "
            "WHERE g.captioning_id = ? ORDER BY g.image_id",
            (captioning_id,),
        )
        return [_generated(row) for row in found]

    def of_image(self, image_id: int) -> list[GeneratedCaption]:
        """Return an image's caption by each model, from its newest finished captioning."""
        return list(generated_by_image(self._connections.read(), [image_id])[image_id])

    def metrics(self, captioning_id: int) -> list[CaptionMetric]:
        """Return the numbers of a captioning, those that need no run first."""
        found = self._connections.read().execute(
            "SELECT name, value, low, high, run_id FROM caption_metrics "
            "WHERE captioning_id = ? ORDER BY ifnull(run_id, 0), name",
            (captioning_id,),
        )
        return [CaptionMetric(*row) for row in found]

    def remove(self, captioning_id: int) -> None:
        """Remove a captioning with its captions and numbers."""
        self.get(captioning_id)
        with self._connections.write() as connection:
            connection.execute("DELETE FROM captionings WHERE id = ?", (captioning_id,))


def generated_by_image(
    read: Connection, image_ids: Iterable[int]
) -> dict[int, tuple[GeneratedCaption, ...]]:
    """Return the captions that models wrote for every image asked for, newest first."""
    wanted = list(image_ids)
    grouped: dict[int, list[GeneratedCaption]] = {image_id: [] for image_id in wanted}
    for row in read.execute(_OF_IMAGES, (json.dumps(list(grouped)),)):
        grouped[row[1]].append(_generated(row))
    return {image_id: tuple(captions) for image_id, captions in grouped.items()}


def _captioning(row: tuple[Any, ...]) -> Captioning:
    columns = list(row)
    for place in (6, 7, 14):  # options, protocol, efficiency
        columns[place] = json.loads(columns[place])
    return Captioning(*columns)


def _generated(row: tuple[Any, ...]) -> GeneratedCaption:
    captioning_id, image_id, model, text, scores = row
    return GeneratedCaption(captioning_id, image_id, model, text, json.loads(scores))


def _check_images(connection: Connection, dataset_id: int, image_ids: list[int]) -> None:
    foreign = connection.execute(
        "SELECT value FROM json_each(?) WHERE NOT EXISTS "
        "(SELECT 1 FROM images WHERE id = value AND dataset_id = ?) LIMIT 1",
        (json.dumps(image_ids), dataset_id),
    ).fetchone()
    if foreign is not None:
        raise StoreError(f"image {foreign[0]} is not one of data set {dataset_id}")


def _metric_rows(captioning_id: int, metrics: Iterable[CaptionMetric]) -> list[tuple[Any, ...]]:
    rows = []
    for m in metrics:
        if not math.isfinite(m.value):
            raise StoreError(f"{m.name} of captioning {captioning_id} is not a number")
        rows.append((captioning_id, m.run_id, m.name, m.value, m.low, m.high))
    return rows


def _score_rows(captioning_id: int, scores: Scores) -> list[tuple[Any, ...]]:
    rows = []
    for image_id, named in scores.items():
        numbers = {name: float(value) for name, value in named.items()}
        for name, value in numbers.items():
            if not math.isfinite(value):
                raise StoreError(f"{name} of the caption of image {image_id} is not a number")
        rows.append((to_json(numbers), captioning_id, image_id))
    return rows


def _put(
    connection: Connection, metrics: list[tuple[Any, ...]], scores: list[tuple[Any, ...]]
) -> None:
    connection.executemany(
        "DELETE FROM caption_metrics WHERE captioning_id = ? AND run_id IS ?",
        {row[:2] for row in metrics},
    )
    connection.executemany(
        "INSERT INTO caption_metrics (captioning_id, run_id, name, value, low, high) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        metrics,
    )
    if not scores:
        return
    changed = connection.executemany(
        "UPDATE generated_captions SET scores = json_patch(scores, ?) "
        "WHERE captioning_id = ? AND image_id = ?",
        scores,
    ).rowcount
    if changed != len(scores):
        raise StoreError(
            f"captioning {scores[0][1]} has captions for {changed} of {len(scores)} scored images"
        )
