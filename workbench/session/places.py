"""Remembers where everybody was, in a file for each annotator in the workspace."""

from __future__ import annotations

import json
import re
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import quote

from workbench.views.case_view import CaseView
from workbench.views.place import (
    ClusterPlace,
    ComparePlace,
    Place,
    QuadrantName,
    SearchPlace,
    SlicePlace,
    Way,
)

SCREENS = frozenset({"home", "cases", "clusters", "slices", "compare", "plots", "jobs", "search"})
SLICE_SORT = "-?(size|lift|miss)"
CLUSTER_SORT = r"-?(size|lift|miss|unlabelled)|near [0-9]{1,6}"


class Places:
    """Loads and saves the place of an annotator; a file that cannot be used is ignored.

    Who has no file of their own begins where `ui-state.json` says, if there is one.
    """

    def __init__(self, workspace: Path, *, readonly: bool, annotator: str = "") -> None:
        self._shared = workspace / "ui-state.json"
        own = f"ui-state-{quote(annotator, safe='')}.json"
        self._path = workspace / own if annotator else self._shared
        self._readonly = readonly
        self._saving = threading.Lock()

    def load(self) -> Place:
        """Return the last place, or the start if there is none that can be read."""
        try:
            path = self._path if self._path.exists() else self._shared
            return _place(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Place()

    def save(self, place: Place) -> None:
        """Write the place; where that is impossible the next start is at Home, nothing worse."""
        if self._readonly:
            return
        temporary = self._path.with_suffix(".tmp")
        with self._saving, suppress(OSError):
            temporary.write_text(json.dumps(asdict(place)), "utf-8")
            temporary.replace(self._path)


def _place(table: dict[str, Any]) -> Place:
    view = table.get("view")
    query_id = table.get("query_id")
    screen = str(table["screen"])
    return Place(
        screen=screen if screen in SCREENS else "home",
        view=_view(view) if view else None,
        query_id=int(query_id) if query_id is not None else None,
        theme=str(table.get("theme") or ""),
        compare=_compare(table["compare"]) if table.get("compare") else None,
        plot=str(table.get("plot") or ""),
        search=_search(table["search"]) if table.get("search") else None,
        clusters=_clusters(table["clusters"]) if table.get("clusters") else None,
        slices=_slices(table["slices"]) if table.get("slices") else None,
        triage=table.get("triage") is True,
    )


def _compare(table: dict[str, Any]) -> ComparePlace:
    query_id = table["query_id"]
    quadrant = str(table["quadrant"])
    return ComparePlace(
        a=int(table["a"]),
        b=int(table["b"]),
        direction="i2t" if table["direction"] == "i2t" else "t2i",
        quadrant=cast(QuadrantName, quadrant) if quadrant in get_args(QuadrantName) else "only_b",
        words=str(table["words"]),
        sort=str(table["sort"]),
        query_id=int(query_id) if query_id is not None else None,
        k=max(1, int(table.get("k", 1))),
    )


def _search(table: dict[str, Any]) -> SearchPlace:
    way, image_id = str(table["way"]), table["image_id"]
    return SearchPlace(
        run_id=int(table["run_id"]),
        way=cast(Way, way) if way in get_args(Way) else "meaning",
        text=str(table["text"]),
        image_id=int(image_id) if image_id is not None else None,
    )


def _clusters(table: dict[str, Any]) -> ClusterPlace:
    sort, number = str(table["sort"]), table["number"]
    return ClusterPlace(
        sort=sort if re.fullmatch(CLUSTER_SORT, sort) else "size",
        number=int(number) if number is not None else None,
    )


def _slices(table: dict[str, Any]) -> SlicePlace:
    sort = str(table["sort"])
    return SlicePlace(
        k=max(1, int(table["k"])),
        sort=sort if re.fullmatch(SLICE_SORT, sort) else "",
        key=str(table["key"]),
    )


def _view(table: dict[str, Any]) -> CaseView:
    return CaseView(
        run_id=int(table["run_id"]),
        direction="i2t" if table["direction"] == "i2t" else "t2i",
        filter=str(table["filter"]),
        sort=str(table["sort"]),
    )
