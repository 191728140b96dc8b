"""The job kinds by name. A kind is a function from a context to a result that is stored as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from workbench.compute.context import JobContext
from workbench.compute.errors import JobError

KINDS = {
    "import": "workbench.jobs.import_dataset:run",
    "evaluate": "workbench.jobs.evaluate:run",
    "caption": "workbench.jobs.caption:run",
    "label": "workbench.jobs.label:run",
    "probe": "workbench.jobs.probe:run",
    "cluster": "workbench.jobs.cluster:run",
    "space": "workbench.jobs.space:run",
    "export": "workbench.jobs.export:run",
    "false_negatives": "workbench.jobs.false_negatives:run",
}


def job_function(kind: str) -> Callable[[JobContext], Mapping[str, Any]]:
    """Find the function of a kind; imports only its module."""
    if kind not in KINDS:
        raise JobError(f"There is no job kind {kind!r}; kinds: {', '.join(KINDS)}.")
    module, name = KINDS[kind].split(":")
    function: Callable[[JobContext], Mapping[str, Any]] = getattr(import_module(module), name)
    return function
