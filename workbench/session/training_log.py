"""The numbers of a training: a file of JSON lines beside the weights, one line an epoch or step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.views.plots import Series, Training

FILE = "train.jsonl"
STEPS = ("epoch", "step", "iteration")
NOT_PLOTTED = frozenset({*STEPS, "seconds", "time"})
MOST_LINES = 100_000
LARGEST = 1e100
"""Beyond it the ends of an axis overflow."""


def read_training(weights: str) -> Training:
    """Read the log of the folder that holds a model's weights, as far as it can be read.

    A line that is not JSON, such as the last one of a file that is being written, is passed over.
    """
    folder = Path(weights.removeprefix("local-dir:"))
    path = folder / FILE
    if not folder.is_dir() or not path.is_file():
        return Training(
            "training",
            "epoch",
            (),
            note=f"No training log: a model folder that holds a {FILE} has its curves here.",
        )
    lines = list(_records(path))
    step = next((name for name in STEPS if any(name in line for line in lines)), "line")
    values: dict[str, list[tuple[float, float]]] = {}
    for number, line in enumerate(lines, start=1):
        at = line.get(step, number)
        x = float(at) if _is_number(at) else float(number)
        for name, value in _numbers(line):
            values.setdefault(name, []).append((x, value))
    series = tuple(
        Series(name, _is_share(name, points), tuple(points)) for name, points in values.items()
    )
    note = "" if series else f"{path} holds no numbers that can be plotted."
    return Training("training", step, series, str(path), note)


def _records(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for _, text in zip(range(MOST_LINES), lines, strict=False):
            try:
                line = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(line, dict):
                yield line


def _numbers(line: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers of a line, those of tables in it as "val t2i R@1"."""
    for key, value in line.items():
        name = f"{before} {key}".strip()
        if isinstance(value, dict):
            yield from _numbers(value, name)
        elif key not in NOT_PLOTTED and _is_number(value):
            yield name, float(value)


def _is_number(value: object) -> bool:
    """Say whether something is a number that can be drawn: no NaN, none beyond all reason."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -LARGEST < value < LARGEST


def _is_share(name: str, points: list[tuple[float, float]]) -> bool:
    """Say whether numbers are shares: recall and accuracy are, losses are not."""
    word = name.rpartition(" ")[2]
    rate = word.startswith("R@") or word.endswith(("right", "accuracy", "acc", "recall"))
    return rate and all(0 <= value <= 1 for _, value in points)
