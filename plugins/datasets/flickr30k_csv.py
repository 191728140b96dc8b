"""Kaggle's `results.csv` of Flickr30K: `image_name| comment_number| comment`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from plugins.api import Caption, Sample, SourceError
from plugins.datasets.samples import Row, chosen, grouped
from plugins.datasets.text import opened

_HEADER = ["image_name", "comment_number", "comment"]

# The file on Kaggle lacks the second bar in one line:
# `2199200615.jpg| 4   A dog runs across the grass .`
_REST = re.compile(r"\s*(?P<number>\d+)(?:\s*\||\s)(?P<comment>.*)", re.DOTALL)


class KaggleReader:
    """Reads the bar-separated file; quotes mean nothing in it; there are no splits."""

    name = "flickr30k_csv"
    description = "Flickr30K from Kaggle, results.csv (image_name| comment_number| comment)"

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield samples once the whole file is read."""
        return chosen(source, grouped(source, images, _rows(source)), split)


def _rows(source: Path) -> Iterator[Row]:
    with opened(source) as file:
        lines = file.lines()
        _check_header(source, next(lines, (1, ""))[1])
        for number, line in lines:
            if not line.strip():
                continue
            image, bar, rest = line.partition("|")
            match = _REST.fullmatch(rest)
            if not bar or match is None:
                raise SourceError(source, "expected image_name| comment_number| comment", number)
            yield Row(image.strip(), Caption(match["comment"].strip()), line=number)


def _check_header(source: Path, line: str) -> None:
    if not line.strip():
        raise SourceError(source, "the file is empty or begins with an empty line")
    found = [name.strip() for name in line.split("|")]
    if found != _HEADER:
        wanted = "| ".join(_HEADER)
        raise SourceError(
            source, f"expected the header {wanted}, found {', '.join(found)[:200]}", 1
        )


READER = KaggleReader()
