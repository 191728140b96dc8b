"""Moves of the cursor in the list of every screen: the bytes that each sends, text only."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.terminal import Painted, Terminal
from store.workspace import Workspace
from tests.survival.sample_world import EVALUATE
from workbench.compute.context import JobContext
from workbench.jobs import cluster, evaluate, label
from workbench.session.places import Places
from workbench.views.case_view import CaseView
from workbench.views.place import Place

LISTS = {
    "Cases": "gc",
    "Clusters": "gk",
    "Slices": "gs",
    "Compare": "gm",
    "Plots": "gp",
    "Jobs": "gj",
    "Home": "gh",
    "Search": "g/",
}
"""What goes to the screen of a list."""
HEAD = ("list at 80x24, text only", "bytes", "most", "bytes at rest", "most at rest")
MOVED = 60
"""A key that sends less has not moved the cursor: it was at the end."""
COLD_S = 20
"""So long a screen may take until nothing is written for a second: Search loads a model."""


def fill(workspace: Path) -> None:
    """Put something into every list of a workspace of `tests.search_world`."""
    with Workspace(workspace) as opened:
        work: tuple[tuple[Callable[[JobContext], object], dict[str, Any]], ...] = (
            (evaluate.run, EVALUATE),
            (label.run, {"run_id": 1}),
            (cluster.run, {"run_id": 1, "k": 12}),
        )
        for run, params in work:
            run(JobContext(opened, params, lambda *_: None))
        for n in range(24):
            job = opened.jobs.add("evaluate", {"dataset_id": 1, "model": f"blip:{n}"}, held=True)
            if n % 3:
                opened.jobs.finish(job.id, "failed", error=f"There are no weights {n} here.")
    Places(workspace, readonly=False).save(Place("cases", CaseView(1, "t2i", "", "margin")))


def list_moves(
    workspace: Path, repeat: int, lists: Iterable[str] = LISTS, colours: str = "truecolor"
) -> dict[str, list[Painted]]:
    """Go down lists and up again, at most so many rows each way."""
    moves: dict[str, list[Painted]] = {}
    terminal = Terminal(workspace, 80, 24, "--images", "none", "--color", colours)
    try:
        terminal.wait_for(b"[Cases]", timeout_s=60)
        for name in lists:
            if name != "Cases":
                terminal.press(LISTS[name], f"[{name}]".encode())
            if name == "Search":
                terminal.press("\x1b")  # from the sentence to what it found
            for _ in range(COLD_S):
                if not terminal.idle(1):
                    break
            moves[name] = []
            for key in ("j", "k"):
                for _ in range(repeat):
                    painted = terminal.press(key)
                    if painted.n_bytes + painted.rest_bytes < MOVED:
                        break
                    moves[name].append(painted)
    finally:
        terminal.close()
    return moves


def rows(workspace: Path, repeat: int) -> list[list[str]]:
    """Return the rows of a table of all lists."""
    found = []
    for name, moves in list_moves(workspace, repeat).items():
        keys, rests = [one.n_bytes for one in moves], [one.rest_bytes for one in moves]
        numbers = (statistics.median(keys), max(keys), statistics.median(rests), max(rests))
        found.append([name, *(f"{number:,.0f}" for number in numbers)])
    return found
