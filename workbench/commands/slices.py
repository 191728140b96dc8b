"""`workbench slices`: R@K where queries are alike, and what splits hits from misses."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

import click

from store.records.direction import Direction
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.directions import directions_option
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table
from workbench.presenters import slices as presenter
from workbench.session.slices import SessionSlices, SlicedBy
from workbench.taxonomy import load_taxonomy
from workbench.views.slices import RunSlices, SliceRow


@click.command("slices", epilog=examples("workbench slices 1 --direction t2i --k 5"))
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@directions_option()
@click.option(
    "--k", default=1, show_default=True, type=click.IntRange(1, 10_000), help="A hit: rank <= K."
)
@click.option(
    "--by",
    type=click.Choice(get_args(SlicedBy)),
    default="properties",
    show_default=True,
    help="What a slice is: what its queries say, or the nearest cluster of failures.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    run_id: int,
    directions: tuple[Direction, ...],
    k: int,
    by: SlicedBy,
    as_json: bool,
) -> None:
    """Show R@K by what queries are: length, people, numbers, colours, language, image ...

    Over all queries that have a property, not only the missed ones. In i2t an image has what at
    least half of its captions have. Clusters were found among the misses (`workbench cluster`), so
    that they fare worse by their choice: compare them with each other.
    """
    with context.open() as workspace:
        session = SessionSlices(
            workspace,
            load_taxonomy(workspace.path),
            annotator=context.who(),
            blind=context.blind,
        )
        found = [session.of(run_id, way, k, by=by) for way in directions]
    if as_json:
        print_json([slices_object(one) for one in found])
        return
    for one in found:
        print_slices(one)


def slices_object(found: RunSlices) -> dict[str, Any]:
    """Describe the slices of a direction for programs; shares are fractions."""
    return {
        **dataclasses.asdict(found),
        "misses": found.misses,
        "tested": found.tested,
        "slices": [_row_object(row) for row in found.slices],
        "worst": [_row_object(row) for row in found.worst],
        "labels_are_selected": True,
    }


def print_slices(found: RunSlices) -> None:
    """Print a direction: what splits hits from misses, every slice, misses by label."""
    click.echo(f"{presenter.title(found)}\n")
    if rows := presenter.worst_rows(found):
        print_table(presenter.WORST, rows, title=presenter.worst_title(found))
    else:
        click.echo(presenter.worst_title(found))
    click.echo()
    print_table(presenter.ALL, presenter.all_rows(found), title="every slice against its rest")
    click.echo(presenter.INTERVALS)
    if any(row.trait == "cluster" for row in found.slices):
        click.echo(presenter.CLUSTERED)
    click.echo()
    if found.labels:
        print_table(
            presenter.LABELS, presenter.label_rows(found), title=presenter.labels_title(found)
        )
        click.echo(f"{presenter.SELECTED}\n")


def _row_object(row: SliceRow) -> dict[str, Any]:
    return {**dataclasses.asdict(row), "misses": row.misses, "few": row.few}
