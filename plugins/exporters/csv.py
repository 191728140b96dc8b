"""CSV as in RFC 4180: comma, quotes where needed, CRLF, UTF-8 without a byte order mark.

With tabs instead of commas it is TSV.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from plugins.exporters.cells import as_json, disk_errors, plain, storable

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escape(cell: str) -> str:
    """Keep a spreadsheet from running a text as a formula; `unescape` is its exact inverse.

    A text that begins with one of = + - @ tab CR, apostrophes before it or not, gets one more
    apostrophe in front.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape(cell: str) -> str:
    """Undo `escape`."""
    return cell[1:] if _ESCAPED.match(cell) else cell


class CsvExporter:
    """Writes a table; None is an empty cell, lists and objects are JSON."""

    def __init__(self, name: str, delimiter: str) -> None:
        self.name = name
        self.suffix = f".{name}"
        self._delimiter = delimiter

    def write(
        self,
        columns: Sequence[str],
        rows: Iterable[Mapping[str, object]],
        path: Path,
        *,
        spreadsheet_safe: bool = False,
    ) -> int:
        """Write row by row; floats are written so that they read back as the same number."""
        count = 0
        with disk_errors(path), path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=self._delimiter, lineterminator="\r\n")
            writer.writerow([_cell(name, spreadsheet_safe) for name in columns])
            for row in rows:
                writer.writerow([_cell(row.get(name), spreadsheet_safe) for name in columns])
                count += 1
        return count


def _cell(value: object, spreadsheet_safe: bool) -> str:
    reduced = plain(value)
    if reduced is None:
        return ""
    if isinstance(reduced, bool):
        return "true" if reduced else "false"
    if isinstance(reduced, (int, float)):
        # A number is never a formula: -0.25 stays a number in a spreadsheet.
        return repr(reduced)
    text = storable(reduced) if isinstance(reduced, str) else as_json(reduced)
    return escape(text) if spreadsheet_safe else text


EXPORTER = CsvExporter("csv", ",")
TABS = CsvExporter("tsv", "\t")
