"""What the store reports to people: one sentence each, saying what, where and what to do.

::

    StoreError
    ├── NotFound            no such row; names what exists
    ├── FilterError         a word of a filter is not understood; names the nearest valid one
    ├── WorkspaceTooNew     written by a newer program than this one
    └── WorkspaceUnusable   read-only, disk full, locked, damaged, or not a workspace
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path


class StoreError(Exception):
    """Something the store reports to the user in one sentence."""


class NotFound(StoreError):
    """No such row; the message names what exists."""


class FilterError(StoreError):
    """A word of a filter is not understood; the message names it and the nearest valid one."""


class WorkspaceTooNew(StoreError):
    """The workspace was written by a newer program than this one."""


class WorkspaceUnusable(StoreError):
    """The workspace cannot be read or written."""


FULL = "the disk is full: free some space and try again"
FULL_NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system calls a full disk: no space, no quota, no room in a file."""

_CAUSES = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: "the database is read-only: open it with --readonly, or check the "
    "permissions of the folder",
    sqlite3.SQLITE_PERM: "access to the database is denied: check the permissions",
    sqlite3.SQLITE_BUSY: "another process keeps the database locked: wait for it or end it",
    sqlite3.SQLITE_LOCKED: "another process keeps the database locked: wait for it or end it",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened: check that the folder exists and its "
    "permissions",
    sqlite3.SQLITE_CORRUPT: "the database is damaged: move it away, with its -wal and -shm files "
    "if there are any; then `workbench restore` lists copies and puts one back",
    sqlite3.SQLITE_NOTADB: "this is not a workbench database: choose another --workspace",
    sqlite3.SQLITE_IOERR: "the disk reports a read or write error: check the disk and its quota",
}


def unusable(error: sqlite3.Error, database: Path) -> WorkspaceUnusable | None:
    """Say what a database error means for the user, or None where it is a mistake in the code."""
    code = getattr(error, "sqlite_errorcode", None)
    # The low byte of an extended result code is its primary code.
    cause = _CAUSES.get(code & 0xFF) if code is not None else None
    return WorkspaceUnusable(f"{database}: {cause}") if cause else None
