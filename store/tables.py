"""sqlite-utils on our connections, and values on their way in and out of columns."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.connections import Connection

if TYPE_CHECKING:
    from store.sqlite_library import Table


def table(connection: Connection, name: str) -> Table:
    """Return a table of sqlite-utils; its plugins stay off, they could change the connection."""
    # Imported here: reading a workspace and queueing a job do without it.
    from store.sqlite_library import Database

    return Database(connection, execute_plugins=False, recursive_triggers=False).table(name)


def insert(connection: Connection, name: str, row: Mapping[str, Any]) -> int:
    """Insert one row and return its id.

    Without sqlite-utils, whose import takes a terminal that only queues a job half a second.
    """
    marks = ", ".join("?" * len(row))
    sql = f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})"
    row_id = connection.execute(sql, tuple(row.values())).lastrowid
    assert row_id is not None
    return row_id


def to_json(value: Any) -> str:
    """Write a value as JSON, equal values as equal texts.

    What UTF-8 cannot hold, in the name of a file that is not UTF-8, is written as an escape.
    """
    write = partial(json.dumps, value, sort_keys=True, separators=(",", ":"))
    text = write(ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return write()
    return text


def clean(text: str) -> str:
    """Replace what UTF-8 cannot hold (lone surrogates) by question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def to_column(path: Path | None, root: Path | None = None) -> str | bytes | None:
    """Write a path, relative to `root` where it lies below; bytes if its name is not UTF-8."""
    if path is None:
        return None
    if root is not None and path.is_relative_to(root):
        path = path.relative_to(root)
    text = str(path)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text


def to_path(column: str | bytes | None, root: Path | None = None) -> Path | None:
    """Read a path that `to_column` wrote."""
    if column is None:
        return None
    path = Path(os.fsdecode(column))
    return root / path if root is not None else path
