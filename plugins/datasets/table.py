"""CSV tables with a header, read row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from plugins.api import SourceError
from plugins.datasets.text import opened


def table_rows(source: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row by column name); SourceError if a needed column is not there."""
    with opened(source) as file:
        # strict: a quote left open is an error instead of a caption of the rest of the file.
        reader = csv.reader((line for _, line in file.lines()), strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            _check_header(source, header, needed)
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    reason = f"{len(cells)} cells where the header has {len(header)} columns"
                    raise SourceError(source, reason, reader.line_num)
                yield reader.line_num, dict(zip(header, cells, strict=True))
        except csv.Error as error:
            raise SourceError(source, _reason(error), max(reader.line_num, 1)) from error


def _check_header(source: Path, header: list[str], needed: Sequence[str]) -> None:
    if not any(header):
        raise SourceError(source, "the file is empty or begins with an empty line")
    missing = [name for name in needed if name not in header]
    if missing:
        there = ", ".join(header)[:200]
        reason = f"there is no column {' and no column '.join(missing)}; there is: {there}"
        raise SourceError(source, reason, 1)
    twice = {name for name in needed if header.count(name) > 1}
    if twice:
        raise SourceError(source, f"the column {min(twice)} is there twice", 1)


def _reason(error: csv.Error) -> str:
    if "field limit" in str(error):
        limit = f"{csv.field_size_limit():,}"
        return f"a cell is longer than {limit} characters: is a quote left open before it?"
    return f"not valid CSV: {error}"
