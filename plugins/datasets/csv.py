"""Anybody's CSV table: `image`, `caption` and, if wanted, `split` and `language`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plugins.api import Caption, Sample
from plugins.datasets.samples import ALL, Row, chosen, grouped
from plugins.datasets.table import table_rows


class CsvReader:
    """Reads a caption a row; an image's rows need not be neighbours; other columns are ignored."""

    name = "csv"
    description = "CSV table with the columns image, caption and optionally split, language"

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield samples once the whole file is read."""
        return chosen(source, grouped(source, images, _rows(source)), split)


def _rows(source: Path) -> Iterator[Row]:
    for line, row in table_rows(source, ("image", "caption")):
        caption = Caption(row["caption"], row.get("language", "").strip() or "en")
        yield Row(row["image"], caption, row.get("split", "").strip() or ALL, line)


READER = CsvReader()
