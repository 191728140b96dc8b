"""JSON lines: an object a row, UTF-8, lists and objects as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from plugins.exporters.cells import as_json, disk_errors, plain


class JsonlExporter:
    """Writes JSON lines; NaN and infinities, which JSON lacks, become null."""

    name = "jsonl"
    suffix = ".jsonl"

    def write(
        self,
        columns: Sequence[str],
        rows: Iterable[Mapping[str, object]],
        path: Path,
        *,
        spreadsheet_safe: bool = False,
    ) -> int:
        """Write row by row with all columns; `spreadsheet_safe` changes nothing here."""
        count = 0
        with disk_errors(path), path.open("w", encoding="utf-8", newline="\n") as file:
            for row in rows:
                file.write(as_json({name: plain(row.get(name)) for name in columns}) + "\n")
                count += 1
        return count


EXPORTER = JsonlExporter()
