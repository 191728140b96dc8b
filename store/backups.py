"""Copies of the database: which there are, and putting one back."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.errors import WorkspaceUnusable

PATTERN = "workbench-*Z.db"
LOCK_S = 5.0
"""How long a restore waits for others to end what they write."""

_RAISE = "UPDATE sqlite_sequence SET seq = max(ifnull(seq, 0), ?) WHERE name = ?"
_ADD = (
    "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? "
    "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)"
)
_FEW_PAGES = 8  # fewer than the tables and indexes of any version: it takes several steps


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


def put_back(copy: Path, database: Path, save: Callable[[], Path]) -> Path:
    """Replace what a database holds by a copy, at once; raises WorkspaceUnusable.

    `save` makes the copy of what was there, which is returned. It is called when nobody else can
    write any more, until the other copy is back: it holds all that is replaced, and nothing is if
    it raises. Whoever has the database open sees what is back from then on.
    """
    try:
        with closing(_writable(copy)) as source, closing(sqlite3.connect(database, 0.0)) as target:
            ends = time.monotonic() + LOCK_S
            while (saved := _replaced(source, target, save)) is None:
                if time.monotonic() > ends:
                    raise WorkspaceUnusable(
                        f"{database} is being written to: close the other windows on this "
                        "workspace, then restore again."
                    )
                # Often: SQLite's own waiting hardly ever meets the gaps of a busy writer.
                time.sleep(0.002)
    except sqlite3.Error as error:
        raise WorkspaceUnusable(f"{copy} cannot be put back: {error}") from error
    return saved


def _writable(copy: Path) -> sqlite3.Connection:
    """Read a copy into a temporary database, which may be changed."""
    with closing(_open(copy)) as kept:
        if kept.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise WorkspaceUnusable(f"{copy} is damaged: take another copy.")
        temporary = sqlite3.connect("")
        kept.backup(temporary)
        return temporary


class _Busy(Exception):
    """Somebody else has the lock."""


def _replaced(
    source: sqlite3.Connection, target: sqlite3.Connection, save: Callable[[], Path]
) -> Path | None:
    """Copy a database into another; None, and nothing done, while somebody writes to that."""
    saved: Path | None = None

    def step(status: int, *_: int) -> None:
        # The first step takes the lock on the target, and the end of the last gives it back.
        nonlocal saved
        if saved is None and status != sqlite3.SQLITE_OK:
            raise _Busy
        if saved is None:
            saved = save()
            _raise_counters(source, saved)

    try:
        source.backup(target, pages=_FEW_PAGES, progress=step)
    except _Busy:
        return None
    return saved


def _raise_counters(source: sqlite3.Connection, before: Path) -> None:
    """Let no id be given again that was given before: a job's id names its log, which stays.

    What a connection changes in the source of a copy that it makes is copied as well.
    """
    with closing(_open(before)) as copy:
        counters = copy.execute("SELECT name, ifnull(seq, 0) FROM sqlite_sequence").fetchall()
    with source:
        source.executemany(_RAISE, [(seq, name) for name, seq in counters])
        source.executemany(_ADD, [(name, seq, name) for name, seq in counters])


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
