"""CSV as in RFC 4180: comma, quotes where needed, CRLF, UTF-8, a byte order mark on request.

With tabs instead of commas it is TSV.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from plugins.exporters.cells import cell, disk_errors

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

    def __init__(self, name: str, delimiter: str, encoding: str = "utf-8") -> None:
        self.name = name
        self.suffix = f".{name}"
        self._delimiter = delimiter
        self._encoding = encoding

    def with_mark(self) -> CsvExporter:
        """Return one that begins files with a byte order mark, by which spreadsheets know UTF-8."""
        return CsvExporter(self.name, self._delimiter, "utf-8-sig")

    def write(
        self,
        columns: Sequence[str],
        rows: Iterable[Mapping[str, object]],
        path: Path,
        *,
        spreadsheet_safe: bool = False,
    ) -> int:
        """Write row by row; floats are written so that they read back as the same number."""
        shown = escape if spreadsheet_safe else str
        count = 0
        with disk_errors(path), path.open("w", encoding=self._encoding, newline="") as file:
            writer = csv.writer(file, delimiter=self._delimiter, lineterminator="\r\n")
            writer.writerow([cell(name, shown) for name in columns])
            for row in rows:
                writer.writerow([cell(row.get(name), shown) for name in columns])
                count += 1
        return count


EXPORTER = CsvExporter("csv", ",")
TABS = CsvExporter("tsv", "\t")
