"""`workbench clusters`: the clusters of a run's failures, and names for them."""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from store.records.direction import Direction
from workbench.commands.context import CLUSTER_ID, RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.failures import direction_option
from workbench.commands.output import print_json, print_table, say
from workbench.presenters.compare_numbers import percent, share_interval
from workbench.presenters.run_names import numbered
from workbench.session.clusters import SessionClusters
from workbench.views.clusters import ClusterRow, ClusterTable


@click.command("clusters", epilog=examples('workbench clusters 1 --name 4 "bikes/count"'))
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@direction_option
@click.option(
    "--name",
    "naming",
    type=(CLUSTER_ID, str),
    metavar="CLUSTER NAME",
    multiple=True,
    help="Name a cluster; the name stays with its failures when they are clustered again. Clusters "
    "of one name are one: repeat the option to merge some, give them other names to part them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    run_id: int,
    direction: Direction,
    naming: tuple[tuple[int, str], ...],
    as_json: bool,
) -> None:
    """Show the newest clustering of a run's failures; `workbench cluster` makes one."""
    with context.open() as workspace:
        session = SessionClusters(
            workspace, annotator=context.who(), blind=context.blind, readonly=context.readonly
        )
        if naming:
            session.name(run_id, direction, dict(naming))
        table = session.table(run_id, direction)
    if table is None:
        say(f"Run {run_id} has no {direction} clusters: `workbench cluster {run_id}` makes some.")
    if as_json:
        print_json([] if table is None else [cluster_object(table)])
    elif table is not None:
        print_clusters(table, err=False)


def cluster_object(table: ClusterTable) -> dict[str, Any]:
    """Describe a clustering for programs; shares are fractions, clusters of one name are one."""
    facts = dataclasses.asdict(table.facts)
    del facts["clusters"], facts["curve"]
    return {
        **{name: getattr(table, name) for name in
           ("clustering_id", "run_id", "dataset", "model", "direction", "k", "seed", "features",
            "created_at")},
        **facts,
        "curve": [{"k": k, "silhouette": value} for k, value in table.facts.curve],
        "clusters": [_row_object(row) for row in table.rows],
    }  # fmt: skip


def _row_object(row: ClusterRow) -> dict[str, Any]:
    def cases(found: tuple[tuple[int, str], ...]) -> list[dict[str, Any]]:
        return [{"query_id": query, "query": text} for query, text in found]

    return {
        "name": row.name,
        "named": row.named,
        "star": row.star,
        "parts": row.parts,
        **dataclasses.asdict(row.facts),
        "nearest": row.facts.nearest,
        "phrases": [{"phrase": text, "score": score} for text, score in row.facts.phrases],
        "typical": cases(row.typical),
        "edge": cases(row.edge),
        "decided": row.decided,
        "labels": dict(row.labels),
        "hints": {name or "none": n for name, n in row.hints.items()},
        "fixed_by": [
            {"run_id": run, "name": name, "fixed": hit, "of": n}
            for run, name, hit, n in row.fixed_by
        ],
    }


def print_clusters(table: ClusterTable, *, err: bool) -> None:
    """Print a clustering: its table, then the words and cases of each cluster."""
    facts = table.facts
    where = f" of those that match {facts.where!r}" if facts.where else ""
    print_table(
        ("#", "name", ">n", ">miss %", "of nearest", ">of all %", ">lift", ">coherence", "hints",
         "decided"),
        [_cells(row) for row in table.rows],
        title=f"clustering {table.clustering_id} of run {table.run_id}, {table.direction} on "
        f"{table.dataset}: {facts.n_misses:,} of {facts.n_queries:,} queries miss at "
        f"{facts.at_k}{where} ({percent(facts.n_misses / facts.n_queries)} %); k {table.k}, "
        f"{table.features} features, seed {table.seed}",
        err=err,
    )  # fmt: skip
    print_table(
        ("#", "", ""),
        [line for row in table.rows for line in _details(row)],
        err=err,
    )
    curve = "  ".join(f"{k}: {'--' if v is None else f'{v:.3f}'}" for k, v in facts.curve)
    click.echo(f"silhouette by k  {curve}", err=err)
    for note in facts.notes:
        say(f"Note: {note}.")
    click.echo("* = named by a person. Other names are lists of words, not explanations.", err=err)


def _cells(row: ClusterRow) -> tuple[object, ...]:
    facts = row.facts
    rate = facts.miss_rate
    return (
        "+".join(map(str, row.parts)),
        f"{row.name} *" if row.named else row.name,
        f"{facts.size:,}",
        percent(rate.value) if rate is not None else "--",
        f"of {facts.queries:,} {share_interval(rate)}" if rate is not None else "--",
        percent(facts.share.value),
        "--" if facts.lift is None else f"{facts.lift:.2f}",
        f"{facts.coherence:.2f}",
        ", ".join(f"{name} {n}" for name, n in list(row.hints.items())[:3] if name) or "--",
        f"{row.decided}/{facts.size}",
    )


def _details(row: ClusterRow) -> list[tuple[object, ...]]:
    number = row.facts.cluster
    lines: list[tuple[object, ...]] = [(number, "words", ", ".join(row.facts.words) or "--")]
    if row.facts.phrases:
        near = ", ".join(f"{text} {score:.2f}" for text, score in row.facts.phrases)
        lines.append((number, "phrases", near))
    for what, cases in (("typical", row.typical), ("edge", row.edge)):
        lines += [(number, what, f"{query} {text}") for query, text in cases]
    for run, name, hit, n in row.fixed_by:
        lines.append((number, "fixed by", f"{numbered(name, run)}: {hit} of {n}"))
    return lines
