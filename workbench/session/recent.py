"""The workspaces that this user opened last, and how far the work in each of them is.

Each has a small file of its own in the user's state folder, so that programs that write at once
never write over one another, and a file that cannot be read is one line less, nothing worse.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from store.records.case import CaseCounts
from store.workspace import DATABASE, Workspace
from workbench.presenters.text import plain
from workbench.presenters.when import ago, seconds_of
from workbench.session.cases import SessionCases
from workbench.session.door import Session
from workbench.session.errors import SessionError, told
from workbench.session.keymap import load_keys
from workbench.session.places import Places
from workbench.taxonomy import load_taxonomy
from workbench.views.home import WorkspaceRow

KEPT, SHOWN = 30, 8
"""Workspaces that are remembered, and how many of those still there Home can show."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace, and when it was last open (ISO 8601)."""

    path: Path
    at: str


def recent_folder() -> Path:
    """Return where they are remembered (the folder may not exist)."""
    configured = os.environ.get("XDG_STATE_HOME", "")
    # A relative path is to be ignored: XDG Base Directory Specification.
    base = Path(configured) if configured.startswith("/") else Path.home() / ".local" / "state"
    return base / "retrieval-workbench" / "recent"


def remember(workspace: Path, at: float) -> None:
    """Remember that a workspace was open at a time (s since 1970); forget the oldest of many.

    Where that is impossible Home lists one workspace less.
    """
    path = workspace.resolve()
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    when = datetime.fromtimestamp(at, UTC).isoformat()
    with suppress(OSError):
        folder = recent_folder()
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{name}.{os.getpid()}.tmp"
        temporary.write_text(json.dumps({"path": str(path), "at": when}), "utf-8")
        temporary.replace(folder / f"{name}.json")
        for _, file in _read()[KEPT:]:
            file.unlink(missing_ok=True)


def opened_last() -> list[Opened]:
    """Return the workspaces that are remembered, the last one first."""
    return [opened for opened, _ in _read()]


def other_workspaces(session: Session) -> tuple[WorkspaceRow, ...]:
    """Return the other workspaces that are still there, with how far the list read last there is.

    Opens their databases, read-only: nothing for before the first paint.
    """
    here, rows = session.path.resolve(), list[WorkspaceRow]()
    for opened in opened_last():
        if len(rows) < SHOWN and opened.path != here and _is_there(opened.path):
            rows.append(_row(session, opened))
    return tuple(rows)


def aged(rows: Sequence[WorkspaceRow], now: float) -> tuple[WorkspaceRow, ...]:
    """Return the rows as they read at another time, without a look at their databases."""
    return tuple(replace(row, when=ago(row.at, now)) for row in rows)


@told
def check_workspace(path: Path, *, readonly: bool) -> None:
    """Raise SessionError where a workspace could not be opened."""
    Workspace(path, create=False, read_only=readonly).close()
    load_keys(path)
    load_taxonomy(path)


def _row(session: Session, opened: Opened) -> WorkspaceRow:
    counts = None
    with suppress(SessionError):
        counts = _counts(session, opened.path)
    return WorkspaceRow(
        path=opened.path,
        name=plain(_short(opened.path)),
        at=opened.at,
        when=ago(opened.at, session.clock()),
        decided=counts.decided if counts else None,
        total=counts.total if counts else 0,
    )


@told
def _counts(session: Session, path: Path) -> CaseCounts | None:
    """Count the list of cases that this annotator read last there, if there is one.

    A filter by slices is refused: all captions would have to be read.
    """
    view = Places(path, readonly=True, annotator=session.annotator).load().view
    if view is None:
        return None
    names = load_taxonomy(path).names()
    with Workspace(path, read_only=True) as other:
        cases = SessionCases(other, names, annotator=session.annotator, blind=session.blind)
        return cases.counts(view)


def _read() -> list[tuple[Opened, Path]]:
    found = []
    with suppress(OSError):
        for file in recent_folder().glob("*.json"):
            with suppress(OSError, ValueError, TypeError, KeyError, OverflowError):
                table = json.loads(file.read_text("utf-8"))
                opened = Opened(Path(table["path"]), str(table["at"]))
                if opened.path.is_absolute() and (at := seconds_of(opened.at)) is not None:
                    found.append((at, opened, file))
    found.sort(key=lambda one: (-one[0], one[1].path))
    return [(opened, file) for _, opened, file in found]


def _is_there(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return (path / DATABASE).is_file()
    return False


def _short(path: Path) -> str:
    with suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)
