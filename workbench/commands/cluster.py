"""`workbench cluster`: k-means clusters of a run's failures, in a background worker."""

from __future__ import annotations

import re
from typing import Any

import click

from workbench.commands.clusters import cluster_object, print_clusters
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.failures import direction_option
from workbench.commands.output import print_json
from workbench.commands.waiting import compute, no_wait_option, priority_option

FEATURES = ("query", "difference", "both")
PROJECTIONS = ("pca", "tsne", "umap")


def _k(context: click.Context, parameter: click.Parameter, value: str) -> int | None:
    if value == "auto":
        return None
    if re.fullmatch("[1-9][0-9]{0,4}", value):
        return int(value)
    raise click.BadParameter(f"{value!r} is neither 'auto' nor a whole number above 0.")


@click.command(
    "cluster",
    epilog=examples("workbench cluster 1 --k 12", "workbench cluster 1 --where 'hint:CNT'"),
)
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@click.option(
    "--k", default="auto", show_default=True, callback=_k, help="auto (by silhouette) or a number."
)
@direction_option
@click.option(
    "--features",
    type=click.Choice(FEATURES),
    default="query",
    show_default=True,
    help="The query's vector, its difference from the wrongly retrieved one, or both.",
)
@click.option(
    "--where", default="", metavar="FILTER", help="Filter as in `failures`; every query otherwise."
)
@click.option(
    "--at-k", default=1, show_default=True, type=click.IntRange(1, 10_000), help="A miss: rank > K."
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**32 - 1),
    help="Seed of the first centres and of the map.",
)
@click.option(
    "--projection",
    type=click.Choice(PROJECTIONS),
    default="pca",
    show_default=True,
    help="How the map is made; umap needs the package umap-learn.",
)
@priority_option
@no_wait_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    /,
    run_id: int,
    priority: int,
    no_wait: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Cluster the failures of a run and say what each cluster is about; prints its id.

    Names that people gave to clusters stay with their failures. `workbench clusters RUN` shows the
    newest clustering, and `workbench failures RUN --where cluster:2` lists its cases.
    """
    from store.blind_filter import blinded
    from store.filter import parse
    from workbench.jobs.cluster import check_projection
    from workbench.session.clusters import SessionClusters
    from workbench.taxonomy import load_taxonomy

    with context.open() as workspace:
        workspace.runs.get(run_id)
        where = parse(options["where"], load_taxonomy(workspace.path).names())
        if context.blind:
            options["where"] = str(blinded(where))
        check_projection(options["projection"])
        params = {"run_id": run_id, **options, "annotator": context.sees()}
        result = compute(
            workspace, "cluster", params, device="cpu", priority=priority, wait=not no_wait
        )
        if result is None:
            return
        session = SessionClusters(workspace, annotator=context.who(), blind=context.blind)
        table = session.table(run_id, options["direction"])
    assert table is not None
    if as_json:
        print_json([cluster_object(table)])
        return
    print_clusters(table, err=True)
    click.echo(table.clustering_id)
