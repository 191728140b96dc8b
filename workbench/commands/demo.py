"""`workbench demo`: the sample world, evaluated, and opened on its failures."""

from __future__ import annotations

import click

from store.records import DIRECTIONS, Run
from store.workspace import Workspace
from workbench.commands.context import Context, pass_context
from workbench.commands.evaluate import finished
from workbench.commands.open import has_terminal, open_workbench
from workbench.commands.output import print_table, progress_bar, say
from workbench.commands.runs import summarise_run
from workbench.jobs import queue
from workbench.jobs.context import JobContext


@click.command("demo")
@click.option(
    "--headless",
    is_flag=True,
    help="Print a summary and do not open the workbench; so too without a terminal.",
)
@pass_context
def command(context: Context, headless: bool) -> None:
    """Evaluate the sample model on the sample images and browse its failures."""
    with context.open(create=True) as workspace:
        run = _evaluated(workspace)
        if headless or not has_terminal():
            summarise_run(workspace, run, err=False)
            _print_suggestions(workspace, run)
            print_table(("workspace",), [(workspace.path.resolve(),)])
            return
    open_workbench(context, start="cases", run_id=run.id)


def _evaluated(workspace: Workspace) -> Run:
    """Evaluate the sample model in a worker, as a user's own model would be."""
    from workbench.jobs.sample import evaluate_sample, import_sample

    with progress_bar() as report:
        dataset = import_sample(JobContext(workspace, {}, report))
        job = evaluate_sample(workspace, dataset)
        job = queue.wait(workspace, job.id, lambda j: report(j.stage, j.done, j.total))
    result = finished(job)
    if result.get("reused"):
        say(f"Nothing was computed: run {result['run_id']} has these results already.")
    return workspace.runs.get(result["run_id"])


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
        title="failures at rank 1 by suggestion",
    )
