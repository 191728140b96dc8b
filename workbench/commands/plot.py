"""`workbench plot`: the numbers of a plot, or the plot as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from store.records.direction import Direction
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.failures import direction_option
from workbench.commands.output import print_json, print_table, say
from workbench.presenters.plot_scope import counted
from workbench.presenters.plots import picture_of
from workbench.presenters.plots.table import people_table
from workbench.session.cases import SessionCases
from workbench.session.clusters import SessionClusters
from workbench.session.compare import SessionCompare
from workbench.session.plot_files import write_plot
from workbench.session.plots import SessionPlots
from workbench.taxonomy import load_taxonomy
from workbench.views.case_view import CaseView
from workbench.views.plots import TITLES, Plot, PlotKind


@click.command("plot", epilog=examples("workbench plot 1 recall --where 'len>12' --out recall.svg"))
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@click.argument("kind", type=click.Choice(get_args(PlotKind)))
@direction_option
@click.option(
    "--where", default="", metavar="FILTER", help="Filter as in `failures`; every query otherwise."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write a file: .png or .svg (needs matplotlib, the extra `plots`), or .csv.",
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    run_id: int,
    kind: PlotKind,
    direction: Direction,
    where: str,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Print the numbers of a plot of a run, or write it to a file.

    The same plots as on the Plots screen: ranks, recall over K, margins, misses by category, the
    map of the clusters, quality and cost of all models, the log of the model's training.
    """
    with context.open() as workspace:
        taxonomy = load_taxonomy(workspace.path)
        blind = context.blind
        cases = SessionCases(workspace, taxonomy.names(), annotator=context.who(), blind=blind)
        clusters = SessionClusters(workspace, annotator=context.who(), blind=blind)
        compare = SessionCompare(workspace, taxonomy, annotator=context.who(), blind=blind)
        plots = SessionPlots(workspace, taxonomy, cases, clusters, compare, blind=blind)
        view = CaseView(run_id, direction, cases.canonical(where))
        scope = plots.scope(view)
        plot = plots.plot(kind, view)
    if out is not None:
        write_plot(plot, scope, out, force=force)
        say(f"Wrote {out}.")
    if as_json:
        print_json([plot_object(plot)])
    elif out is None:
        names, rows = people_table(picture_of(plot).table())
        print_table(names, rows, title=f"{TITLES[kind]}: {counted(scope)}")
    if plot.note:
        say(plot.note)


def plot_object(plot: Plot) -> dict[str, Any]:
    """Describe a plot for programs; shares are fractions."""
    names, rows = picture_of(plot).table()
    return {
        "plot": plot.kind,
        "title": TITLES[plot.kind],
        "note": plot.note,
        "rows": [dict(zip(names, row, strict=True)) for row in rows],
    }
