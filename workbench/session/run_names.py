"""What runs are called wherever they are shown."""

from __future__ import annotations

from store.records.run import Run
from store.workspace import Workspace


def names_on(workspace: Workspace, dataset_id: int) -> dict[int, str]:
    """Name the runs of a data set: model and stage, with the id where two would be equal."""
    from workbench.presenters.run_names import run_names

    return run_names([run for run in workspace.runs.all() if run.dataset_id == dataset_id])


def name_of(workspace: Workspace, run: Run) -> str:
    """Name one run as `names_on` does."""
    return names_on(workspace, run.dataset_id)[run.id]
