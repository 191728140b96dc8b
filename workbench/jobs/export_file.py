"""Rows written to a file: whole or not at all, with a `.meta.json` beside it.

A file is written under a temporary name and renamed when it is whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plugins import registry
from plugins.api import Exporter, SpecError
from plugins.exporters.csv import CsvExporter
from workbench.compute.errors import ExportError


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written."""

    path: Path
    meta_path: Path
    rows: int


def write_rows(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    meta: Mapping[str, Any],
    path: Path,
    *,
    format: str | None = None,
    force: bool = False,
    spreadsheet_safe: bool = False,
    bom: bool = False,
    job: Mapping[str, Any] | None = None,
) -> ExportResult:
    """Write rows to `path`; `meta` says how they were made, for those who find the file later.

    It is written after the last row, so that it may hold what the rows add up to.
    `format` names an exporter; the file's ending otherwise. `bom` begins CSV and TSV with a byte
    order mark. `job` tells the job that writes them
    from all others: run again, it replaces what it wrote before it could store that it had. Raises
    ExportError or PluginError before the first row is asked for where that is possible.
    """
    if not path.name:
        raise ExportError(f"{path} is a folder: name a file.")
    name = format or path.suffix.lstrip(".").lower() or "csv"
    exporter = registry.load("exporters", name)
    exporter = _with_mark(exporter) if bom else exporter
    meta_path = path.with_name(path.name + ".meta.json")
    force = force or (job is not None and _written_by(path, meta_path, job))
    refuse_existing(path, force)
    refuse_existing(meta_path, force)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    meta_temporary = temporary.with_suffix(".meta")
    try:
        count = exporter.write(columns, rows, temporary, spreadsheet_safe=spreadsheet_safe)
        described = {
            **meta,
            **({"job": dict(job)} if job is not None else {}),
            "rows": count,
            "bytes": temporary.stat().st_size,
            "columns": list(columns),
            "spreadsheet_safe": spreadsheet_safe,
            "bom": bom,
            "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        text = json.dumps(described, indent=1, default=str)
        meta_temporary.write_text(text + "\n", encoding="utf-8")
        # It says whose the rows are, so it has to be there before them.
        publish(meta_temporary, meta_path, force=force)
        try:
            publish(temporary, path, force=force)
        except (OSError, ExportError):
            if not force:
                meta_path.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ExportError(
            f"Cannot write {path}: {error.strerror or error}; choose another folder."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
        meta_temporary.unlink(missing_ok=True)
    return ExportResult(path, meta_path, count)


def _with_mark(exporter: Exporter) -> Exporter:
    if not isinstance(exporter, CsvExporter):
        raise SpecError(
            f"{exporter.name} has no byte order mark: leave it out, or write csv or tsv."
        )
    return exporter.with_mark()


def _written_by(path: Path, meta_path: Path, job: Mapping[str, Any]) -> bool:
    """Say whether a job wrote a file, or only what describes it, that nobody has changed since."""
    try:
        described = json.loads(meta_path.read_text("utf-8"))
        if not isinstance(described, dict) or described.get("job") != dict(job):
            return False
        return not path.exists() or path.stat().st_size == described.get("bytes")
    except (OSError, ValueError):
        return False


def refuse_existing(path: Path, force: bool) -> None:
    """Raise ExportError where a file cannot be written, or may not be overwritten."""
    if path.parent.is_file():
        raise ExportError(f"{path.parent} is a file: choose a folder to write {path.name} to.")
    if not path.parent.is_dir():
        raise ExportError(f"The folder {path.parent} does not exist: make it, or choose another.")
    if path.is_dir():
        raise ExportError(f"{path} is a folder: name a file.")
    if path.exists() and not force:
        raise ExportError(f"{path} exists: choose another name, or overwrite it with --force.")


def publish(temporary: Path, path: Path, *, force: bool) -> None:
    """Give a finished file its name, without ever replacing one that appeared meanwhile."""
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    if force:
        temporary.replace(path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise ExportError(f"{path} exists by now: choose another name.") from None
    except OSError:  # a file system without hard links
        refuse_existing(path, force)
        temporary.replace(path)
