"""Case lists saved under a name, in `views.json` of the workspace; the run is not part of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from store.durable import written
from workbench.compute.locks import holding
from workbench.session.errors import SessionError, told
from workbench.views.case_view import CaseView

FILE = "views.json"
WAIT_S = 10.0
BUSY = "Another window is saving a view: try again."
UNREADABLE = "{} holds no saved views that can be read: mend it or move it away"


class SavedViews:
    """Loads and saves named views; an entry that is no view is passed over, and kept."""

    def __init__(self, workspace: Path, *, readonly: bool) -> None:
        self._path = workspace / FILE
        self._readonly = readonly

    def load(self) -> Mapping[str, CaseView]:
        """Return the views by name, in the order in which they were saved."""
        try:
            read = self._read()
        except SessionError:
            return {}
        views = {name: _view(table) for name, table in read.items()}
        return {name: view for name, view in views.items() if view is not None}

    @told
    def save(self, name: str, view: CaseView) -> bool:
        """Keep a view under a name, over another one of that name; returns whether it is kept.

        The same view once more under its own name is forgotten instead.
        """
        with self._changing() as views:
            before = _view(views.pop(name, None))
            if before is None or _key(before) != _key(view):
                views[name] = asdict(view)
            return name in views

    @told
    def forget(self, name: str) -> None:
        """Forget a view by its name; one that is not there is passed over."""
        with self._changing() as views:
            views.pop(name, None)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """Give what the file holds to a block that changes it, while no other window does."""
        if self._readonly:
            raise SessionError("This workspace is open read-only (--readonly): nothing is written.")
        with holding(self._path.with_suffix(".lock"), BUSY, WAIT_S):
            views = self._read()
            yield views
            with written(self._path) as file:
                file.write(json.dumps(views, indent=1).encode())

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SessionError(f"{UNREADABLE.format(self._path)}: {error}") from error
        if not isinstance(found, dict):
            raise SessionError(UNREADABLE.format(self._path))
        return found


def _key(view: CaseView) -> tuple[str, str, str]:
    return view.direction, view.filter, view.sort


def _view(table: Any) -> CaseView | None:
    try:
        return CaseView(
            run_id=int(table["run_id"]),
            direction="i2t" if table["direction"] == "i2t" else "t2i",
            filter=str(table["filter"]),
            sort=str(table["sort"]),
        )
    except (TypeError, ValueError, LookupError):
        return None
