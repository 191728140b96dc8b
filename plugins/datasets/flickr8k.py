"""Flickr8k's `captions.txt`: a CSV table `image,caption`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plugins.api import Caption, Sample, SourceError
from plugins.datasets.flickr30k_token import LINE
from plugins.datasets.samples import Row, chosen, grouped
from plugins.datasets.table import table_rows
from plugins.datasets.text import opened


class Flickr8kReader:
    """Reads the table that Kaggle ships; there are no splits."""

    name = "flickr8k"
    description = "Flickr8k, captions.txt (image,caption)"

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield samples once the whole file is read."""
        return chosen(source, grouped(source, images, _rows(source)), split)


def _rows(source: Path) -> Iterator[Row]:
    _refuse_token_file(source)
    for line, row in table_rows(source, ("image", "caption")):
        yield Row(row["image"], Caption(row["caption"]), line=line)


def _refuse_token_file(source: Path) -> None:
    # Flickr8k is also spread as Flickr8k.token.txt: point to the reader instead of "no column".
    with opened(source) as file:
        first = next(file.lines(), (1, ""))[1]
    if LINE.fullmatch(first.rstrip("\r\n")):
        reason = "this is a token file (name.jpg#0<TAB>caption): use the reader flickr30k_token"
        raise SourceError(source, reason, 1)


READER = Flickr8kReader()
