"""`workbench demo`: the sample world, evaluated by a CLIP and a BLIP, opened side by side."""

from __future__ import annotations

from collections.abc import Sequence

import click

import sample_data
from store.records.direction import DIRECTIONS
from store.records.run import Run
from store.workspace import Workspace
from workbench.commands.compare import print_comparison
from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.open import has_terminal, open_workbench
from workbench.commands.output import print_table
from workbench.commands.runs import summarise_run
from workbench.commands.study import tell_unchanged, watching
from workbench.commands.waiting import finished
from workbench.session.compare import SessionCompare
from workbench.studies.follow import Progress, follow
from workbench.studies.models import check_models
from workbench.studies.plan import Step
from workbench.studies.run import start_study
from workbench.studies.sample import sample_study
from workbench.taxonomy import load_taxonomy
from workbench.views.deep_link import DeepLink


@click.command("demo", epilog=examples("workbench demo --headless"))
@click.option(
    "--headless",
    is_flag=True,
    help="Print a summary and do not open the workbench; so too without a terminal.",
)
@pass_context
def command(context: Context, headless: bool) -> None:
    """Evaluate the sample's CLIP and BLIP on the sample images and compare their failures.

    The same as `workbench study` with the sample's file, and then the workbench.
    """
    study = sample_study()
    with context.open(create=True) as workspace:
        steps = start_study(workspace, study, check_models(study))
        summarised = headless or not has_terminal()
        # Otherwise the captions come while the user looks: their job goes on in the background.
        names = [s.node.name for s in steps if summarised or s.node.kind == "evaluate"]
        with watching(sample_data.STUDY, steps) as watch:
            progress = follow(workspace, steps, watch, until=names)
        tell_unchanged([step for step in steps if step.node.name in names], progress)
        runs = [workspace.runs.get(n) for n in _results(steps, progress, "evaluate", "run_id")]
        if summarised:
            _summarise(workspace, runs, *_results(steps, progress, "caption", "captioning_id"))
            return
    open_workbench(context, DeepLink("compare", compare=(runs[0].id, runs[1].id)))


def _results(steps: Sequence[Step], progress: Progress, kind: str, name: str) -> list[int]:
    """Return a named result of all jobs of a kind; raises JobError for one without."""
    jobs = [
        progress.stuck.get(step.node.name, progress.jobs[step.node.name])
        for step in steps
        if step.node.kind == kind
    ]
    return [int(finished(job)[name]) for job in jobs]


def _summarise(workspace: Workspace, runs: list[Run], captioning_id: int) -> None:
    from workbench.commands.captions import summarise_captioning

    for run in runs:
        summarise_run(workspace, run, err=False)
    compared = SessionCompare(workspace, load_taxonomy(workspace.path))
    for direction in DIRECTIONS:
        print_comparison(compared.compare(runs[0].id, runs[1].id, direction))
    summarise_captioning(workspace, workspace.captionings.get(captioning_id), err=False)
    _print_suggestions(workspace, runs[0])
    print_table(("workspace",), [(workspace.path.resolve(),)])


def _print_suggestions(workspace: Workspace, run: Run) -> None:
    rows = []
    for direction in DIRECTIONS:
        counts = workspace.cases.hint_counts(run.id, direction)
        total = sum(counts.values())
        for category, n in sorted(counts.items(), key=lambda item: -item[1]):
            rows.append((direction, category or "(no suggestion)", n, f"{100 * n / total:.1f} %"))
    print_table(
        ("direction", "suggestion", ">failures", ">share"),
        rows,
        title=f"failures of run {run.id} at rank 1 by suggestion",
    )
