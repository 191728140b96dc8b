"""What models and runs are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from store.records.run import Run
from workbench.presenters.text import plain


def short_model(name: str) -> str:
    """Shorten a model specification to what tells models apart on a line."""
    plugin, _, weights = name.rpartition(":")
    parts = weights.rstrip("/").split("/")
    return plain(parts[0] if plugin == "open_clip" else parts[-1])


def staged_model(name: str, stage: str) -> str:
    """Name a model with its stage unless it is the plain one."""
    return short_model(name) + ("" if stage == "itc" else f" {plain(stage)}")


def run_names(runs: Sequence[Run]) -> dict[int, str]:
    """Name runs so that no two of them are called the same."""
    names = {run.id: staged_model(run.model, run.stage) for run in runs}
    often = Counter(names.values())
    return {i: name if often[name] == 1 else f"{name} run {i}" for i, name in names.items()}


def numbered(name: str, run_id: int) -> str:
    """Write a run's name with its number, once."""
    number = f" run {run_id}"
    return name.removesuffix(number) + number
