"""Data sets with their images and captions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.arrays import integer_columns
from store.clock import utc_now
from store.connections import Connections
from store.dataset_staging import count, publish, stage
from store.errors import NotFound, StoreError
from store.records.dataset import Caption, Dataset, DatasetOrder, Image, NewImage
from store.tables import clean, insert, to_column, to_path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLUMNS = (
    "id, name, split, reader, source, fingerprint, licence, images_root, n_images, n_captions, "
    "n_problems, imported_at"
)
_IMAGES = (
    "SELECT i.id, i.dataset_id, i.key, i.path, i.width, i.height, i.problem, s.images_root "
    "FROM images AS i JOIN datasets AS s ON s.id = i.dataset_id"
)
_CAPTIONS = "SELECT id, dataset_id, image_id, position, text, language FROM captions"


class Datasets:
    """Data set splits; each is imported whole or not at all.

    Afterwards nothing changes but which of the images can be read.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self,
        *,
        name: str,
        split: str,
        reader: str,
        source: str,
        images_root: Path | None,
        licence: str,
        fingerprint: str,
        images: Iterable[NewImage],
    ) -> Dataset:
        """Import a data set split in one transaction, or return the same one if it is here.

        The same data in another folder is found there from now on.

        `images` is read in blocks before the database is locked, so it may be slow and long.
        Raises StoreError if the name is taken by other data or an image key appears twice.
        """
        if (known := self.known(name, split, fingerprint)) is not None:
            return self._moved(known, source, images_root)
        with self._connections.stage() as staged:
            stage(staged, images, images_root)
            with self._connections.publish(staged):
                # Another process may have imported the same meanwhile.
                if (known := self.known(name, split, fingerprint)) is not None:
                    return known
                dataset_id = insert(
                    staged,
                    "datasets",
                    {
                        "name": clean(name),
                        "split": clean(split),
                        "reader": reader,
                        "source": clean(source),
                        "fingerprint": fingerprint,
                        "licence": clean(licence),
                        "images_root": to_column(images_root),
                        "n_images": count(staged, "new_images"),
                        "n_captions": count(staged, "new_captions"),
                        "n_problems": count(staged, "new_images WHERE problem IS NOT NULL"),
                        "imported_at": utc_now(),
                    },
                )
                publish(staged, dataset_id)
        return self.get(dataset_id)

    def all(self) -> list[Dataset]:
        """Return every data set, oldest first."""
        rows = self._connections.read().execute(f"SELECT {_COLUMNS} FROM datasets ORDER BY id")
        return [_dataset(row) for row in rows]

    def get(self, dataset_id: int) -> Dataset:
        """Return a data set by id; raises NotFound."""
        found = [dataset for dataset in self.all() if dataset.id == dataset_id]
        if not found:
            raise NotFound(f"no data set {dataset_id}: there {_listing(self.all())}")
        return found[0]

    def find(self, name: str, split: str | None = None) -> Dataset:
        """Return a data set by "name" or "name/split".

        Of several splits `test` is taken if no split is given. Raises NotFound, or StoreError
        where the choice is the caller's.
        """
        everything = self.all()
        found = [s for s in everything if s.name == name and split in (None, s.split)]
        if not found and split is None:
            found = [s for s in everything if f"{s.name}/{s.split}" == name]
        if not found:
            wanted = name if split is None else f"{name}/{split}"
            raise NotFound(f'no data set "{wanted}": there {_listing(everything)}')
        if len(found) > 1:
            test = [dataset for dataset in found if dataset.split == "test"]
            if not test:
                names = ", ".join(f"{s.name}/{s.split}" for s in found)
                raise StoreError(f'"{name}" has several splits: name one of {names}')
            found = test
        return found[0]

    def images(self, dataset_id: int) -> Iterator[Image]:
        """Yield the images in id order."""
        rows = self._connections.read().execute(
            f"{_IMAGES} WHERE i.dataset_id = ? ORDER BY i.id", (dataset_id,)
        )
        return (to_image(row) for row in rows)

    def captions(self, dataset_id: int) -> Iterator[Caption]:
        """Yield the captions in id order."""
        rows = self._connections.read().execute(
            f"{_CAPTIONS} WHERE dataset_id = ? ORDER BY id", (dataset_id,)
        )
        return (Caption(*row) for row in rows)

    def sizes(self, dataset_id: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the widths and heights of the images in id order, 0 where they are not known."""
        rows = self._connections.read().execute(
            "SELECT ifnull(width, 0), ifnull(height, 0) FROM images WHERE dataset_id = ? "
            "ORDER BY id",
            (dataset_id,),
        )
        width, height = integer_columns(rows, 2)
        return width, height

    def languages(self, dataset_id: int) -> list[str]:
        """Return the languages of the captions in id order."""
        rows = self._connections.read().execute(
            "SELECT language FROM captions WHERE dataset_id = ? ORDER BY id", (dataset_id,)
        )
        return [language for (language,) in rows]

    def order(self, dataset_id: int) -> DatasetOrder:
        """Return the ids in the order of the rows of the vector arrays."""
        read = self._connections.read()
        images = read.execute(
            "SELECT id FROM images WHERE dataset_id = ? ORDER BY id", (dataset_id,)
        )
        (image_ids,) = integer_columns(images, 1)
        captions = read.execute(
            "SELECT id, image_id FROM captions WHERE dataset_id = ? ORDER BY id", (dataset_id,)
        )
        caption_ids, owner_ids = integer_columns(captions, 2)
        return DatasetOrder(image_ids, caption_ids, caption_image=image_ids.searchsorted(owner_ids))

    def image(self, image_id: int) -> Image:
        """Return an image by id; raises NotFound."""
        row = self._connections.read().execute(f"{_IMAGES} WHERE i.id = ?", (image_id,)).fetchone()
        if row is None:
            raise NotFound(f"no image {image_id} in this workspace")
        return to_image(row)

    def image_named(self, dataset_id: int, name: str) -> Image:
        """Return an image of a data set by its key or, failing that, its id; raises NotFound."""
        row = (
            self._connections.read()
            .execute(
                f"{_IMAGES} WHERE i.dataset_id = ? AND (i.key = ? OR i.id = ?) "
                "ORDER BY i.key <> ? LIMIT 1",
                (
                    dataset_id,
                    name,
                    int(name) if name.isdecimal() and len(name) < 19 else None,
                    name,
                ),
            )
            .fetchone()
        )
        if row is None:
            raise NotFound(f'no image "{name}" in this data set: give its name or its id')
        return to_image(row)

    def captions_of(self, image_id: int) -> tuple[Caption, ...]:
        """Return an image's captions in the order of the source."""
        rows = self._connections.read().execute(
            f"{_CAPTIONS} WHERE image_id = ? ORDER BY position", (image_id,)
        )
        return tuple(Caption(*row) for row in rows)

    def problems(self, dataset_id: int, limit: int = 100) -> list[Image]:
        """Return images that cannot be shown or embedded; `problem` says why."""
        rows = self._connections.read().execute(
            f"{_IMAGES} WHERE i.dataset_id = ? AND i.problem IS NOT NULL ORDER BY i.id LIMIT ?",
            (dataset_id, limit),
        )
        return [to_image(row) for row in rows]

    def set_problem(self, image_id: int, problem: str | None) -> None:
        """Say that an image was found broken after its import, or (None) whole again.

        Raises NotFound for an unknown image.
        """
        dataset_id = self.image(image_id).dataset_id
        with self._connections.write() as connection:
            connection.execute(
                "UPDATE images SET problem = ? WHERE id = ?",
                (clean(problem) if problem is not None else None, image_id),
            )
            connection.execute(
                "UPDATE datasets SET n_problems = (SELECT count(*) FROM images "
                "WHERE dataset_id = :id AND problem IS NOT NULL) WHERE id = :id",
                {"id": dataset_id},
            )

    def remove(self, dataset_id: int) -> None:
        """Remove a data set, its runs and captionings; refused once it has decisions."""
        dataset = self.get(dataset_id)
        with self._connections.write() as connection:
            decided = connection.execute(
                "SELECT count(*) FROM decisions WHERE dataset_id = ?", (dataset_id,)
            ).fetchone()[0]
            if decided:
                raise StoreError(
                    f"{dataset.name}/{dataset.split} stays: {decided} decisions hang on it"
                )
            connection.execute(
                "INSERT INTO captions_fts (captions_fts, rowid, text) "
                "SELECT 'delete', id, text FROM captions WHERE dataset_id = ?",
                (dataset_id,),
            )
            for name in ("captionings", "runs", "captions", "images"):
                connection.execute(f"DELETE FROM {name} WHERE dataset_id = ?", (dataset_id,))
            connection.execute("DELETE FROM datasets WHERE id = ?", (dataset_id,))

    def _moved(self, known: Dataset, source: str, images_root: Path | None) -> Dataset:
        """Follow the same data to another place."""
        if images_root is None or images_root == known.images_root:
            return known
        with self._connections.write() as connection:
            connection.execute(
                "UPDATE datasets SET images_root = ?, source = ? WHERE id = ?",
                (to_column(images_root), clean(source), known.id),
            )
        return self.get(known.id)

    def known(self, name: str, split: str, fingerprint: str) -> Dataset | None:
        """Return the data set if it is here; StoreError if the name is taken by other data."""
        found = [s for s in self.all() if (s.name, s.split) == (clean(name), clean(split))]
        if found and found[0].fingerprint != fingerprint:
            raise StoreError(
                f"{name}/{split} is already imported from other data ({found[0].source}): "
                "give the new one another --name"
            )
        return found[0] if found else None


def to_image(row: tuple[Any, ...]) -> Image:
    """Build an image from its columns and the data set's `images_root`."""
    *columns, root = row
    columns[3] = to_path(columns[3], to_path(root))
    return Image(*columns)


def _dataset(row: tuple[Any, ...]) -> Dataset:
    columns = dict(zip(_COLUMNS.split(", "), row, strict=True))
    columns["images_root"] = to_path(columns["images_root"])
    return Dataset(**columns)


def _listing(datasets: list[Dataset]) -> str:
    if not datasets:
        return "are none yet"
    return "are " + ", ".join(f"{s.name}/{s.split} ({s.id})" for s in datasets)
