"""The images and captions of a data set on their way in: staged first, then published at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from store.connections import Connection
from store.errors import StoreError
from store.records.dataset import NewImage
from store.tables import clean, to_column

_BLOCK = 2_000


def stage(staged: Connection, images: Iterable[NewImage], root: Path | None) -> None:
    """Read images block by block into tables of a connection's own.

    Raises StoreError where an image key appears twice.
    """
    staged.execute(
        "CREATE TEMP TABLE new_images "
        "(id INTEGER PRIMARY KEY, key TEXT UNIQUE, path TEXT, width, height, problem TEXT)"
    )
    staged.execute(
        "CREATE TEMP TABLE new_captions "
        "(image_id INTEGER, position INTEGER, text TEXT, language TEXT, words INTEGER)"
    )
    source = enumerate(images)
    while block := list(islice(source, _BLOCK)):
        staged.execute("BEGIN")
        try:
            staged.executemany(
                "INSERT INTO temp.new_images VALUES (?, ?, ?, ?, ?, ?)",
                (_image_row(number, image, root) for number, image in block),
            )
        except sqlite3.IntegrityError as error:
            raise StoreError(f"image key {_repeated(staged, block)!r} appears twice") from error
        staged.executemany(
            "INSERT INTO temp.new_captions VALUES (?, ?, ?, ?, ?)",
            (
                (number, position, text, caption.language, len(text.split()))
                for number, image in block
                for position, caption in enumerate(image.captions)
                for text in (clean(caption.text),)
            ),
        )
        staged.execute("COMMIT")


def _image_row(number: int, image: NewImage, root: Path | None) -> tuple[Any, ...]:
    problem = clean(image.problem) if image.problem is not None else None
    path = to_column(image.path, root)
    return (number, clean(image.key), path, image.width, image.height, problem)


def _repeated(staged: Connection, block: list[tuple[int, NewImage]]) -> str:
    # The failed statement inserted the rows before the repeated key.
    position = count(staged, "temp.new_images") - block[0][0]
    return block[position][1].key


def publish(staged: Connection, dataset_id: int) -> None:
    """Copy what was staged to a data set, inside the transaction that adds it."""
    first = {
        name: 1 + (row[0] if row is not None else 0)
        for name in ("images", "captions")
        for row in [
            staged.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).fetchone()
        ]
    }
    staged.execute(
        "INSERT INTO images (id, dataset_id, key, path, width, height, problem) "
        "SELECT id + ?, ?, key, path, width, height, problem FROM temp.new_images ORDER BY id",
        (first["images"], dataset_id),
    )
    staged.execute(
        "INSERT INTO captions (id, dataset_id, image_id, position, text, language, words) "
        "SELECT rowid - 1 + ?, ?, image_id + ?, position, text, language, words "
        "FROM temp.new_captions ORDER BY rowid",
        (first["captions"], dataset_id, first["images"]),
    )
    staged.execute(
        "INSERT INTO captions_fts (rowid, text) "
        "SELECT id, text FROM captions WHERE dataset_id = ? ORDER BY id",
        (dataset_id,),
    )


def count(staged: Connection, source: str) -> int:
    """Count the rows of a staged table, `source` being what follows FROM."""
    return int(staged.execute(f"SELECT count(*) FROM {source}").fetchone()[0])
