"""What the commands share that open the workbench somewhere."""

from __future__ import annotations

import click

from store.filter import EVERYTHING, Filter, Term
from store.records.run import Run
from store.workspace import Workspace
from workbench.commands.context import RUN_ID
from workbench.compute.errors import JobError
from workbench.session.places import Places

run_option = click.option(
    "--run", "run_id", type=RUN_ID, help="A run; the one last looked at, else the newest."
)


def run_of(
    workspace: Workspace, run_id: int | None, annotator: str, wanted: Filter = EVERYTHING
) -> Run:
    """Return the run that is asked for, the one the annotator looked at last, or the newest.

    Unless one is asked for it is one of those whose model a filter names.
    """
    if run_id is not None:
        return workspace.runs.get(run_id)  # or NotFound, by name
    runs = {run.id: run for run in workspace.runs.all()}
    if not runs:
        raise JobError("There is no run to look at: `workbench evaluate` makes one.")
    called = [term for term in wanted.terms if term.field == "model"]
    specs = {model.id: model.spec for model in workspace.models.all()}
    runs = {
        run.id: run
        for run in runs.values()
        if all(_fits(term, run.model, specs[run.model_id]) for term in called)
    }
    if not runs:
        words = " ".join(map(str, called))
        raise JobError(f"No run's model fits {words}: `workbench runs` lists them.")
    last = Places(workspace.path, readonly=True, annotator=annotator).load().view
    return runs[last.run_id if last is not None and last.run_id in runs else max(runs)]


def _fits(term: Term, *names: str) -> bool:
    part = str(term.value).casefold()
    return any(part in name.casefold() for name in names) is not term.negated
