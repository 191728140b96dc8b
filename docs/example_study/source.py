"""Where the numbers come from: a workspace with the sample, its commands and its rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from subprocess import PIPE
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docs.example_study.world import World
from store.records.direction import DIRECTIONS, Direction
from workbench.jobs.export import ExportRequest, export_rows
from workbench.session import Session, open_session

RUNS = {"CLIP": 1, "BLIP": 2, "BLIP re-ranked": 3}
"""The runs of `workbench demo`, as the study calls them."""

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1"}
"""Of the commands: the last bit of a vector depends on the number of threads, and with it, now and
then, which of two nearly equal numbers of clusters is chosen."""

Row = dict[str, Any]


def make_workspace(path: Path) -> None:
    """Evaluate the sample in a new workspace; raises CalledProcessError where that fails."""
    command = [sys.executable, "-m", "workbench", "--workspace", str(path), "demo", "--headless"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)


class Source:
    """A workspace made by `make_workspace`, and the true scenes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.world = World()
        self.session: Session = open_session(path, annotator="truth")

    def ask(self, *words: str) -> Any:
        """Return what a command says with `--json`; raises CalledProcessError where it fails."""
        command = [sys.executable, "-m", "workbench", "--workspace", str(self.path), *words]
        done = subprocess.run([*command, "--json"], check=True, stdout=PIPE, env=ENVIRONMENT)
        return json.loads(done.stdout)

    @cached_property
    def rows(self) -> dict[str, dict[Direction, list[Row]]]:
        """Every query of every run with its first item, in the order of the query ids.

        `truth` is the true category of a failure (rank above 1), None for a hit.
        """
        return {
            name: {way: self._rows(run, way) for way in DIRECTIONS} for name, run in RUNS.items()
        }

    def failures(self, name: str, way: Direction) -> list[Row]:
        """Return the queries of a run that do not find their own first."""
        return [row for row in self.rows[name][way] if row["rank"] > 1]

    def _rows(self, run: int, way: Direction) -> list[Row]:
        request = ExportRequest(run, way, "", "id")
        rows = sorted(export_rows(self.session.workspace, request), key=lambda row: row["query_id"])
        for row in rows:
            row["truth"] = self.world.category(row) if row["rank"] > 1 else None
        return rows


def images_of(rows: list[Row]) -> NDArray[np.int64]:
    """Number the image that each query belongs to: (n,)."""
    names = {name: n for n, name in enumerate(sorted({row["true_image"] for row in rows}))}
    return np.array([names[row["true_image"]] for row in rows], np.int64)
