"""Connections to the workspace's database: one writer a process, a reader for every thread."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

from store.errors import WorkspaceUnusable, unusable

BUSY_TIMEOUT_S = 10.0
SHRINK = "PRAGMA shrink_memory"

# SQLite keeps a process's locks by file, in memory that a forked child inherits while the locks
# themselves stay with the parent. A child that used such a file, even through a new connection,
# could lose what it writes, so it is refused: https://www.sqlite.org/howtocorrupt.html, 2.7.
_open: WeakSet[Connections] = WeakSet()
_inherited: dict[Path, list[Connections]] = {}


def _after_fork() -> None:
    for connections in list(_open):
        # Held for ever: collecting them would close files whose locks are the parent's.
        _inherited.setdefault(connections.database.resolve(), []).append(connections)


os.register_at_fork(after_in_child=_after_fork)


def _check_own(database: Path) -> None:
    if database.resolve() in _inherited:
        raise RuntimeError(
            f"{database} was open when this process was forked: use a new process (spawn)"
        )


class Connection(sqlite3.Connection):
    """A connection whose `execute` reports a damaged or missing database in one sentence."""

    database: Path

    def execute(self, *args: Any) -> sqlite3.Cursor:
        """Run one statement; raises WorkspaceUnusable for what the user has to solve."""
        try:
            return super().execute(*args)
        except sqlite3.DatabaseError as error:
            if (reason := unusable(error, self.database)) is None:
                raise
            raise reason from error


def connect(database: Path, mode: str, *, immutable: bool = False) -> Connection:
    """Open a hardened connection in autocommit mode; `mode` is SQLite's: ro, rw or rwc."""
    _check_own(database)
    uri = f"{database.resolve().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
    try:
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            factory=Connection,
        )
    except sqlite3.DatabaseError as error:
        if (reason := unusable(error, database)) is None:
            raise
        raise reason from error
    connection.database = database
    try:
        _harden(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _harden(connection: Connection) -> None:
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA synchronous=FULL")
    # Every thread has a connection of its own: the system's cache of the file serves them all.
    connection.execute("PRAGMA cache_size=-500")
    # A large import leaves a large write-ahead log; give the space back at the next checkpoint.
    connection.execute("PRAGMA journal_size_limit=67108864")
    connection.create_function("contains", 2, _contains, deterministic=True)


def _contains(text: str | None, part: str) -> bool:
    return text is not None and part.casefold() in text.casefold()


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """Run the block in a write transaction: committed as a whole or not at all."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.DatabaseError as error:
        if (reason := unusable(error, connection.database)) is None:
            raise
        raise reason from error


class Connections:
    """Hands out the connections of one open workspace, to any thread of this process."""

    def __init__(self, database: Path, *, read_only: bool, immutable: bool) -> None:
        self.database = database
        self.read_only = read_only
        self._immutable = immutable
        self._lock = threading.RLock()
        self._writer: Connection | None = None
        self._watcher: Connection | None = None
        self._readers: dict[int, Connection] = {}
        self._closed = False
        _open.add(self)

    def _open_reader(self) -> Connection:
        mode = "ro" if self.read_only else "rw"
        connection = connect(self.database, mode, immutable=self._immutable)
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        return connection

    def _check_open(self) -> None:
        if _inherited:
            _check_own(self.database)
        if self._closed:
            raise WorkspaceUnusable(f"{self.database.parent}: the workspace has been closed")

    def read(self) -> Connection:
        """Return this thread's connection; it refuses to write."""
        self._check_open()
        # Thread idents are reused, so there are never more readers than threads at one time.
        ident = threading.get_ident()
        reader = self._readers.get(ident)
        if reader is None:
            reader = self._readers[ident] = self._open_reader()
        return reader

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run the block in a transaction on the process's one writer."""
        self._check_writable()
        with self._lock:
            if self._writer is None:
                self._writer = connect(self.database, "rw")
                self._writer.execute("PRAGMA cache_size=-16000")
            if self._writer.in_transaction:
                raise RuntimeError("write() inside write(): pass the connection on instead")
            with transaction(self._writer):
                yield self._writer

    @contextmanager
    def stage(self) -> Iterator[Connection]:
        """Yield a connection for temporary tables, to be filled without holding the write lock."""
        self._check_writable()
        connection = connect(self.database, "rw")
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def publish(self, staged: Connection) -> Iterator[Connection]:
        """Run the block in a transaction on a connection from `stage`."""
        with self._lock, transaction(staged):
            yield staged

    def _check_writable(self) -> None:
        self._check_open()
        if self.read_only:
            raise WorkspaceUnusable(f"{self.database.parent}: the workspace is open read-only")

    def changes(self) -> int:
        """Return a number that differs after any connection of any process has committed."""
        self._check_open()
        with self._lock:
            # The counter is only comparable on one connection, so it has its own.
            if self._watcher is None:
                self._watcher = self._open_reader()
            return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def shrink(self) -> None:
        """Give back the memory of pages that connections keep: the next use reads them again.

        Nothing, where the library cannot share a connection between threads.
        """
        self._check_open()
        if sqlite3.threadsafety < 3:
            return
        with self._lock:
            readers = tuple(self._readers.values())
            if self._writer is not None:
                self._writer.execute(SHRINK)
        for reader in readers:  # without the lock: one that reads for long would hold up a writer
            with suppress(sqlite3.ProgrammingError):  # closed meanwhile
                reader.execute(SHRINK)

    def close(self) -> None:
        """Close every connection; a later use raises WorkspaceUnusable."""
        if _inherited:
            _check_own(self.database)
        with self._lock:
            self._closed = True
            _open.discard(self)
            for connection in (self._watcher, *self._readers.values(), self._writer):
                if connection is not None:
                    connection.close()
            self._readers.clear()
            self._watcher = self._writer = None
