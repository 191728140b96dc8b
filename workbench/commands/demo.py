"""`workbench demo`: the sample world, evaluated by a CLIP and a BLIP, opened side by side."""

from __future__ import annotations

from typing import Any

import click

from store.records import DIRECTIONS, Job, Run
from store.workspace import Workspace
from workbench.commands.compare import print_comparison
from workbench.commands.context import Context, pass_context
from workbench.commands.open import has_terminal, open_workbench
from workbench.commands.output import print_table, progress_bar, say
from workbench.commands.runs import summarise_run
from workbench.commands.waiting import finished
from workbench.compute.context import JobContext
from workbench.session.compare import SessionCompare
from workbench.taxonomy import load_taxonomy
from workbench.workers import queue


@click.command("demo")
@click.option(
    "--headless",
    is_flag=True,
    help="Print a summary and do not open the workbench; so too without a terminal.",
)
@pass_context
def command(context: Context, headless: bool) -> None:
    """Evaluate the sample's CLIP and BLIP on the sample images and compare their failures."""
    with context.open(create=True) as workspace:
        clip_job, blip_job, caption_job = _queued(workspace)
        clip, blip = _waited(workspace, clip_job), _waited(workspace, blip_job)
        runs = [workspace.runs.get(result["run_id"]) for result in (clip, blip)]
        if clip.get("reused") and blip.get("reused"):
            names = " and ".join(f"run {run.id}" for run in runs)
            say(f"Nothing was computed: {names} have these results already.")
        if headless or not has_terminal():
            captioned = _waited(workspace, caption_job)
            _summarise(workspace, runs, captioned["captioning_id"])
            return
    # The captions come while the user looks: their job goes on in the background.
    open_workbench(context, start="compare", compare=(runs[0].id, runs[1].id))


def _queued(workspace: Workspace) -> tuple[Job, Job, Job]:
    """Queue everything for a worker, as a user's own models would be."""
    from workbench.studies.sample import evaluate_sample, import_sample

    with progress_bar() as report:
        dataset = import_sample(JobContext(workspace, {}, report))
    return evaluate_sample(workspace, dataset)


def _waited(workspace: Workspace, job: Job) -> dict[str, Any]:
    with progress_bar() as report:
        return finished(queue.wait(workspace, job.id, lambda j: report(j.stage, j.done, j.total)))


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
