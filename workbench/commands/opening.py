"""What the commands share that open the workbench somewhere."""

from __future__ import annotations

import click

from store.records.run import Run
from store.workspace import Workspace
from workbench.commands.context import RUN_ID
from workbench.compute.errors import JobError
from workbench.session.places import Places

run_option = click.option(
    "--run", "run_id", type=RUN_ID, help="A run; the one last looked at, else the newest."
)


def run_of(workspace: Workspace, run_id: int | None, annotator: str) -> Run:
    """Return the run that is asked for, the one the annotator looked at last, or the newest."""
    runs = {run.id: run for run in workspace.runs.all()}
    if run_id is not None:
        return workspace.runs.get(run_id)  # or NotFound, by name
    if not runs:
        raise JobError("There is no run to look at: `workbench evaluate` makes one.")
    last = Places(workspace.path, readonly=True, annotator=annotator).load().view
    return runs[last.run_id if last is not None and last.run_id in runs else max(runs)]
