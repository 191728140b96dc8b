"""What a workspace keeps: its rows and files, without what differs between two equal runs."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from store.workspace import DATABASE

OWN = frozenset(
    {
        *("created_at", "started_at", "ended_at", "at", "applied_at"),
        *("seconds", "images_per_s", "captions_per_s", "pairs_per_s", "per_s", "efficiency"),
        *("peak_memory_bytes", "pid", "pid_started", "boot_id", "host", "attempts"),
        *("origin", "diff"),
    }
)
"""Columns that say when, where, how fast and at which attempt."""

LAST_ATTEMPT = frozenset({"jobs.stage", "jobs.done", "jobs.total"})
"""Columns that say what the last attempt still had to do."""

Files = dict[str, tuple[int, int]]
"""Path of a file that is whole: its inode and the time it was written, in ns."""


def content(workspace: Path) -> dict[str, Any]:
    """Return the rows of every table, and a hash of every file of vectors and pair scores."""
    return {**_tables(workspace), **_files(workspace)}


def difference(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Say in which tables and files two contents differ; nothing if they are equal."""
    said = [f"{name} is not there" for name in sorted(wanted.keys() - found.keys())]
    said += [f"{name} is too much" for name in sorted(found.keys() - wanted.keys())]
    for name in sorted(wanted.keys() & found.keys()):
        if wanted[name] != found[name]:
            said.append(f"{name} differs: {_first(wanted[name], found[name])}")
    return said


def whole_files(workspace: Path) -> Files:
    """Return the files of vectors, shards, counts and pair scores that have their final names."""
    found: Files = {}
    for folder in ("vectors", "pairs"):
        for path in sorted((workspace / folder).rglob("*.np[yz]")):
            try:
                status = path.stat()
            except FileNotFoundError:  # joined meanwhile
                continue
            found[str(path.relative_to(workspace))] = (status.st_ino, status.st_mtime_ns)
    return found


def left_behind(workspace: Path) -> list[Path]:
    """Return the unfinished files."""
    return [path for folder in ("vectors", "pairs") for path in (workspace / folder).rglob("*.tmp")]


def problems(workspace: Path) -> list[Any]:
    """Return what SQLite finds wrong with the database."""
    with closing(sqlite3.connect(workspace / DATABASE)) as database:
        found = database.execute("PRAGMA integrity_check").fetchall()
        found += database.execute("PRAGMA foreign_key_check").fetchall()
    return [row for row in found if row != ("ok",)]


def _tables(workspace: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(workspace / DATABASE)) as database:
        names = [
            name
            for name, sql in database.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
            ).fetchall()
            if "VIRTUAL" not in (sql or "") and "_fts" not in name
        ]
        return {name: _rows(database, name) for name in names}


def _rows(database: sqlite3.Connection, table: str) -> list[Any]:
    columns = [row[1] for row in database.execute(f"PRAGMA table_xinfo('{table}')")]
    kept = [name for name in columns if name not in OWN and f"{table}.{name}" not in LAST_ATTEMPT]
    listed = ", ".join(map(_expression, kept))
    return sorted(database.execute(f'SELECT {listed} FROM "{table}"').fetchall(), key=repr)


def _expression(column: str) -> str:
    """What an attempt found there and what it made are the same result."""
    return "json_remove(result, '$.reused')" if column == "result" else f'"{column}"'


def _files(workspace: Path) -> dict[str, Any]:
    found = {}
    for folder in ("vectors", "pairs"):
        for path in (workspace / folder).rglob("*"):
            if path.is_file() and path.suffix != ".tmp":
                found[str(path.relative_to(workspace))] = _file(path)
    return found


def _file(path: Path) -> Any:
    if path.suffix == ".json":
        return {name: v for name, v in json.loads(path.read_bytes()).items() if name != "measured"}
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _first(wanted: Any, found: Any) -> str:
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return f"{len(found)} rows instead of {len(wanted)}"
        pairs = zip(wanted, found, strict=True)
        wanted, found = next(pair for pair in pairs if pair[0] != pair[1])
    return f"{found!r} instead of {wanted!r}"[:300]
