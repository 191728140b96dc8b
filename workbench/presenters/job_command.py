"""The command line that asks for a job's work again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from store.records.direction import DIRECTIONS
from store.records.job import Job

_WITH_DEVICE = ("evaluate", "caption", "probe")
_OF_A_RUN = {
    "label": (),
    "probe": ("direction",),
    "cluster": ("k", "direction", "features", "where", "at_k", "seed", "projection"),
    "space": ("other", "seed"),
    "false_negatives": (),
}
"""Kinds whose command takes a run, and what they share with it by name."""


def job_command(job: Job, workspace: str, datasets: Mapping[int, str]) -> str | None:
    """Return a command line for a shell; None where the job can only be retried.

    `datasets` has the names by id. A job whose parameters are results of others has none.
    """
    words = _words(job, datasets)
    if words is None:
        return None
    if job.wished_device not in (None, "auto") and job.kind in _WITH_DEVICE:
        words += ["--device", str(job.wished_device)]
    return shlex.join(["workbench", "--workspace", workspace, *words])


def command_lines(command: str, cells: int) -> list[str]:
    """Return a command line in rows that can be copied together: each but the last ends in `\\`."""
    rows = [""]
    for part in _parts(command, cells - 2):
        if rows[-1] and len(rows[-1]) + len(part) + 3 > cells:
            rows[-1] += " \\"
            rows.append("")
        rows[-1] += f" {part}" if rows[-1] else part
    return rows


def _parts(command: str, cells: int) -> list[str]:
    """Return the words of a command line; an option and its value stay together if they fit."""
    parts: list[str] = []
    for word in map(shlex.quote, shlex.split(command)):
        option = parts[-1] if parts and parts[-1].startswith("--") else ""
        takes = option and " " not in option and not word.startswith("--")
        if takes and len(option) + len(word) < cells:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts


def _words(job: Job, datasets: Mapping[int, str]) -> list[str] | None:
    params = job.params
    if job.kind == "import":
        names = ("reader", "images", "split", "name", "licence")
        return ["import", str(params.get("source")), *_options(params, names)]
    if job.kind in _OF_A_RUN:
        return _of_a_run(job.kind, params)
    dataset_id = params.get("dataset_id")
    name = datasets.get(dataset_id) if isinstance(dataset_id, int) else None
    if job.kind not in ("evaluate", "caption") or name is None:
        return None
    words = [job.kind, "--dataset", name, "--model", str(params.get("model"))]
    if job.kind == "caption":
        if isinstance(params.get("clip"), Mapping):
            return None  # the result of another job
        words += _options(params.get("options") or {}, tuple(params.get("options") or {}))
        return words + _options(params, ("clip", "batch_size", "decoder"))
    if params.get("rerank_model") == params.get("model"):
        params = {**params, "rerank_model": None}
    own = ("rerank", "rerank_model", "batch_size", "decoder", "engine", "address")
    words += _options(params, own)
    return words + (["--top-k", str(params["k"])] if params.get("k") else [])


def _of_a_run(kind: str, params: Mapping[str, Any]) -> list[str] | None:
    if any(isinstance(params.get(name), Mapping) for name in ("run_id", "other_id")):
        return None
    seen_by = params.get("annotator")
    sees = ["--annotator", str(seen_by), "--blind"] if seen_by else []
    given = {**params, "other": params.get("other_id")}
    directions = params.get("directions") or DIRECTIONS
    if len(directions) == 1:
        given["direction"] = directions[0]
    every = ["--all-queries"] if params.get("every") else []
    words = [*sees, kind.replace("_", "-"), str(params.get("run_id"))]
    return words + _options(given, _OF_A_RUN[kind]) + every


def _options(values: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [
        word
        for name in names
        if values.get(name) not in (None, "")
        for word in (f"--{name.replace('_', '-')}", str(values[name]))
    ]
