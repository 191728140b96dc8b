"""`workbench space`: how images and captions lie in a model's space, and which are hubs."""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, progress_bar
from workbench.presenters.compare_numbers import percent
from workbench.presenters.space import (
    HUB_COLUMNS,
    MEASURES,
    hub_rows,
    hubs_sentence,
    measure_rows,
    overlap_sentence,
    plane_lines,
)
from workbench.views.space import SpaceView


@click.command("space", epilog=examples("workbench space 1 --other 3"))
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@click.option(
    "--other",
    metavar="RUN_B",
    type=RUN_ID,
    help="Another run, to say how much both retrieve alike.",
)
@click.option(
    "--seed", default=0, show_default=True, help="Seed of the samples and of the resampling."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, run_id: int, other: int | None, seed: int, as_json: bool) -> None:
    """Measure the space of a run's vectors: modality gap, alignment, uniformity, hubs.

    With --other, how much of the first ten is the same in both runs. The numbers are kept.
    """
    from workbench.compute.context import JobContext
    from workbench.jobs.space import measure_space

    with context.open() as workspace:
        run = workspace.runs.get(run_id)
        beside = workspace.runs.get(other) if other is not None else None
        with progress_bar() as report:
            view = measure_space(JobContext(workspace, {}, report), run, beside, seed=seed)
    if as_json:
        print_json([{"run_id": run.id, "model": run.model, **asdict(view)}])
        return
    print_space(view, f"run {run.id}: {run.model} on {run.dataset}/{run.split}")


def print_space(view: SpaceView, title: str) -> None:
    """Print geometry, plane, hubs and overlap."""
    if view.vectors_run_id != view.run_id:
        title += f" (vectors of run {view.vectors_run_id})"
    print_table(
        MEASURES,
        measure_rows(view),
        title=f"{title}: {view.n_images:,} images, {view.n_captions:,} captions, "
        f"{view.dimensions:,} dimensions",
    )
    click.echo()
    for line in plane_lines(view.points):
        click.echo(line)
    x, y = view.explained
    click.echo(
        f"PCA of both: {percent(x)} % of the variance across, {percent(y)} % up; i image, "
        f"c caption, * both; {len(view.points):,} points\n"
    )
    for hubs in view.hubs:
        print_table(HUB_COLUMNS, hub_rows(hubs), title=hubs_sentence(hubs))
        click.echo()
    for overlap in view.overlaps:
        click.echo(overlap_sentence(overlap))
