"""The workspace: one folder with the database, the vectors and the written files."""

from __future__ import annotations

import sqlite3
import time
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path
from types import TracebackType

from store.aggregates import Aggregates
from store.backups import PATTERN, put_back
from store.connections import Connection, Connections, connect
from store.errors import WorkspaceUnusable
from store.filesystem import is_network, local_locks, mount_of
from store.versions import check, upgrade

DATABASE = "workbench.db"
BACKUPS_KEPT = 10
STALE_S = 3600.0
"""A copy that nobody has written to for so long was left behind by a process that was killed."""


class Workspace(Aggregates):
    """A workspace on disk, usable from several threads and several processes at once.

    It is created on first use unless `create` is False. With `read_only` nothing is written, not
    even a lock, where the folder cannot be written to and nobody else has the workspace open;
    changes made by others are then not seen until it is opened again.
    Raises WorkspaceUnusable or WorkspaceTooNew.
    """

    def __init__(self, path: Path | str, *, create: bool = True, read_only: bool = False) -> None:
        self.path = Path(path)
        self.read_only = read_only
        database = self.path / DATABASE
        _check_place(self.path, database, create=create and not read_only)
        self._mount = mount_of(self.path)
        self._network = self._mount.kind if self._mount and is_network(self._mount.kind) else None
        if read_only:
            immutable = _open_read_only(database)
        else:
            immutable = False
            _open_writable(database, "DELETE" if self._network else "WAL")
        connections = Connections(database, read_only=read_only, immutable=immutable)
        super().__init__(self.path, connections)

    def __enter__(self) -> Workspace:
        """Return itself; leaving the block closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the workspace."""
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()

    def read(self) -> Connection:
        """Return this thread's connection; it refuses to write."""
        return self._connections.read()

    def write(self) -> AbstractContextManager[Connection]:
        """Run a block as one transaction, committed to disk when the block ends."""
        return self._connections.write()

    def changes(self) -> int:
        """Return a number that differs after any process has committed something."""
        return self._connections.changes()

    def shrink(self) -> None:
        """Give back the memory that the connections keep for what was read."""
        self._connections.shrink()

    @property
    def journal_note(self) -> str | None:
        """Say why the rollback journal is in use; None with the write-ahead log."""
        if self._network is None:
            return None
        return (
            f"{self.path} lies on a network file system ({self._network}): a rollback journal "
            "is used, writing is slower and other windows wait while one writes"
        )

    @property
    def lock_note(self) -> str | None:
        """Say why locks on files of this folder do not hold between hosts; None where they do."""
        option = local_locks(self._mount) if self._mount else None
        if self._mount is None or option is None:
            return None
        remedy = "flock" if self._mount.kind == "lustre" else "local_lock=none"
        return (
            f"{self.path} lies on {self._mount.kind} mounted with {option}: other hosts do not see "
            f"its locks and could run the same job or damage the database; mount it with {remedy}"
        )

    @property
    def jobs_dir(self) -> Path:
        """The folder of the jobs' logs."""
        return self._folder("jobs")

    @property
    def exports_dir(self) -> Path:
        """The folder of written files."""
        return self._folder("exports")

    @property
    def backups_dir(self) -> Path:
        """The folder of copies of the database."""
        return self._folder("backups")

    def backup(self) -> Path:
        """Copy the database to backups/, keep the newest ten copies; return the new one."""
        return self._backup(self.read())

    def restore(self, copy: Path) -> Path:
        """Put a copy back; return the copy of what was there before, to the last decision."""

        def save() -> Path:
            # With a rollback journal the lock keeps readers out as well, though nothing is written
            # to the file before the lock is given back.
            alone = self._network is not None
            with closing(connect(self.path / DATABASE, "ro", immutable=alone)) as reader:
                return self._backup(reader, copy)

        return put_back(copy, self.path / DATABASE, save)

    def _backup(self, reader: Connection, keep: Path | None = None) -> Path:
        folder = self.backups_dir
        # Of one reading of the clock: two are apart where a second begins between them.
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        stamp = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}-{nanoseconds:09d}"
        target = folder / f"workbench-{stamp}Z.db"
        unfinished = target.with_suffix(".tmp")
        try:
            _remove_left_behind(folder)
            with closing(sqlite3.connect(unfinished)) as copy:
                reader.backup(copy)
                # One file that can be moved on its own, without a write-ahead log beside it.
                copy.execute("PRAGMA journal_mode=DELETE")
            unfinished.replace(target)
        except (sqlite3.Error, OSError) as error:
            unfinished.unlink(missing_ok=True)
            raise WorkspaceUnusable(f"{folder}: the backup was not written: {error}") from error
        for old in sorted(folder.glob(PATTERN))[:-BACKUPS_KEPT]:
            if old != keep:
                old.unlink(missing_ok=True)
        return target

    def _folder(self, name: str) -> Path:
        folder = self.path / name
        if not self.read_only:
            try:
                folder.mkdir(exist_ok=True)
            except OSError as error:
                raise WorkspaceUnusable(f"{folder}: {error.strerror}") from error
        return folder


def _remove_left_behind(folder: Path) -> None:
    for file in folder.glob("workbench-*.tmp*"):
        with suppress(FileNotFoundError):  # another process may clear away too
            if file.stat().st_mtime < time.time() - STALE_S:
                file.unlink()


def _check_place(path: Path, database: Path, *, create: bool) -> None:
    try:
        if path.exists() and not path.is_dir():
            raise WorkspaceUnusable(f"{path} is a file: a workspace is a folder")
        if database.exists():
            return
        if not create:
            raise WorkspaceUnusable(
                f"{path}: no workspace here: `workbench import` or `workbench demo` makes one"
            )
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceUnusable(
            f"{path}: {error.strerror}: choose a folder you may write to with --workspace"
        ) from error


def _open_writable(database: Path, journal: str) -> None:
    with closing(connect(database, "rwc")) as connection:
        if check(connection):
            _set_journal(connection, journal)
            upgrade(connection)
        else:
            _set_journal(connection, journal)


def _set_journal(connection: Connection, journal: str) -> None:
    if _journal(connection) == journal:
        return
    # Changing the mode needs the database for itself and does not wait for it on its own.
    deadline = time.monotonic() + 10
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode={journal}")
            return
        except WorkspaceUnusable:
            if _journal(connection) == journal:
                return
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _journal(connection: Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0]).upper()


def _open_read_only(database: Path) -> bool:
    """Check the database; return whether it has to be opened as one that nobody changes."""
    try:
        with closing(connect(database, "ro")) as connection:
            pending = check(connection)
        immutable = False
    except WorkspaceUnusable:
        # In a folder that cannot be written to, SQLite cannot make the index of the write-ahead
        # log. Without a log nothing is missing from the database file, so it can be read as is.
        log = database.with_name(database.name + "-wal")
        if log.exists() and log.stat().st_size > 0:
            raise
        with closing(connect(database, "ro", immutable=True)) as connection:
            pending = check(connection)
        immutable = True
    if pending:
        raise WorkspaceUnusable(
            f"{database.parent}: written by an older program; open it once without read-only"
        )
    return immutable
