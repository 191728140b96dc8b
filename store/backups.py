"""Copies of the database: which there are, and putting one back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.errors import WorkspaceUnusable

PATTERN = "workbench-*Z.db"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy: how many decisions it holds and when the newest was made; None if unreadable."""

    path: Path
    made_at: str
    n_bytes: int
    n_decisions: int | None
    newest_decision: str | None
    n_runs: int | None


def backups(folder: Path) -> list[Backup]:
    """Return the copies in a folder, newest first."""
    return [_read(path) for path in sorted(folder.glob(PATTERN), reverse=True)]


def newest_decision(copy: Path) -> tuple[int, str] | None:
    """Return the id and the time of the last decision that a copy holds; None without one."""
    try:
        with closing(_open(copy)) as database:
            found = database.execute("SELECT id, at FROM decisions ORDER BY id DESC LIMIT 1")
            row = found.fetchone()
    except sqlite3.Error:
        return None
    return (int(row[0]), str(row[1])) if row is not None else None


def put_back(copy: Path, database: Path) -> None:
    """Replace what a database holds by a copy, at once; raises WorkspaceUnusable.

    Whoever has the database open sees the copy from then on.
    """
    try:
        with closing(_open(copy)) as source, closing(sqlite3.connect(database)) as target:
            if source.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise WorkspaceUnusable(f"{copy} is damaged: take another copy.")
            target.execute("PRAGMA busy_timeout = 10000")
            source.backup(target)
    except sqlite3.Error as error:
        raise WorkspaceUnusable(f"{copy} cannot be put back: {error}") from error


def _read(path: Path) -> Backup:
    found = path.stat()
    made = datetime.fromtimestamp(found.st_mtime).astimezone().isoformat(timespec="seconds")
    try:
        with closing(_open(path)) as copy:
            n, newest = copy.execute("SELECT count(*), max(at) FROM decisions").fetchone()
            (runs,) = copy.execute("SELECT count(*) FROM runs").fetchone()
    except sqlite3.Error:
        return Backup(path, made, found.st_size, None, None, None)
    return Backup(path, made, found.st_size, n, newest, runs)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
