"""Case lists saved under a name, in `views.json` of the workspace; the run is not part of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.session.errors import SessionError, told
from workbench.views.case_view import CaseView

FILE = "views.json"


class SavedViews:
    """Loads and saves named views; a file that cannot be read holds none."""

    def __init__(self, workspace: Path, *, readonly: bool) -> None:
        self._path = workspace / FILE
        self._readonly = readonly

    def load(self) -> Mapping[str, CaseView]:
        """Return the views by name, in the order in which they were saved."""
        try:
            read = json.loads(self._path.read_text("utf-8"))
            return {str(name): _view(table) for name, table in read.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    @told
    def save(self, name: str, view: CaseView) -> bool:
        """Keep a view under a name, over another one of that name; returns whether it is kept.

        The same view once more under its own name is forgotten instead.
        """
        self._check_writable()
        views = dict(self.load())
        before = views.pop(name, None)
        if before is None or _key(before) != _key(view):
            views[name] = view
        self._write(views)
        return name in views

    @told
    def forget(self, name: str) -> None:
        """Forget a view by its name; one that is not there is passed over."""
        self._check_writable()
        self._write({kept: view for kept, view in self.load().items() if kept != name})

    def _check_writable(self) -> None:
        if self._readonly:
            raise SessionError("This workspace is open read-only (--readonly): nothing is written.")

    def _write(self, views: Mapping[str, CaseView]) -> None:
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(
            json.dumps({k: asdict(v) for k, v in views.items()}, indent=1), "utf-8"
        )
        temporary.replace(self._path)


def _key(view: CaseView) -> tuple[str, str, str]:
    return view.direction, view.filter, view.sort


def _view(table: Mapping[str, Any]) -> CaseView:
    return CaseView(
        run_id=int(table["run_id"]),
        direction="i2t" if table["direction"] == "i2t" else "t2i",
        filter=str(table["filter"]),
        sort=str(table["sort"]),
    )
