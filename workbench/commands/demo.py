"""`workbench demo`: the sample world, evaluated, and opened on its failures."""

from __future__ import annotations

import click

import sample_data
from store.records import DIRECTIONS, Dataset, Run
from store.workspace import Workspace
from workbench.commands.context import Context, pass_context
from workbench.commands.evaluate import finished
from workbench.commands.output import print_table, progress_bar, say
from workbench.commands.runs import summarise_run
from workbench.jobs import queue
from workbench.jobs.context import JobContext

NAME = "sample"


@click.command("demo")
@click.option("--headless", is_flag=True, help="Print a summary and do not open the workbench.")
@pass_context
def command(context: Context, headless: bool) -> None:
    """Evaluate the sample model on the sample images and browse its failures."""
    with context.open(create=True) as workspace:
        dataset = _sample(workspace)
        run = _evaluated(workspace, dataset)
        if headless:
            _summary(workspace, run)
            return
    from workbench.commands.open import open_workbench

    open_workbench(context, start="cases")


def _sample(workspace: Workspace) -> Dataset:
    """Return the sample's test split; imports it the first time."""
    existing = [d for d in workspace.datasets.all() if (d.name, d.split) == (NAME, "test")]
    if existing:
        return existing[0]
    from workbench.jobs.import_dataset import import_dataset

    with progress_bar() as report:
        datasets, _ = import_dataset(
            JobContext(workspace, {}, report),
            source=sample_data.WORLD_JSON,
            reader_name="karpathy",
            images=sample_data.IMAGES,
            split="test",
            name=NAME,
            licence="CC0-1.0",
        )
    return datasets[0]


def _evaluated(workspace: Workspace, dataset: Dataset) -> Run:
    """Evaluate the sample model in a worker, as a user's own model would be."""
    params = {
        "dataset_id": dataset.id,
        "model": f"open_clip:local-dir:{sample_data.CLIP_DIR}",
        "device": "auto",
        "batch_size": "auto",
        "k": 10,
    }
    known = [r for r in workspace.runs.all() if r.dataset_id == dataset.id]
    done = next((r for r in known if r.model == params["model"]), None)
    if done is not None:
        say(f"The sample is evaluated already, as run {done.id}.")
        return done
    job = queue.submit(workspace, "evaluate", params)
    with progress_bar() as report:
        job = queue.wait(workspace, job.id, lambda j: report(j.stage, j.done, j.total))
    return workspace.runs.get(finished(job)["run_id"])


def _summary(workspace: Workspace, run: Run) -> None:
    summarise_run(workspace, run, err=False)
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
    print_table(("workspace",), [(workspace.path.resolve(),)])
