"""`workbench compare`: run B against run A on the same queries; all runs of a data set."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import click

from store.records.direction import DIRECTIONS
from store.workspace import Workspace
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.commands.runs import verdict_object
from workbench.presenters.compare import BIASED, RESAMPLED, fixed_title, run_name
from workbench.presenters.compare_table import (
    FIXED,
    SCORES,
    fixed_rows,
    mcnemar_sentence,
    quadrant_rows,
    score_rows,
)
from workbench.presenters.models_table import COLUMNS, COSTS, LEGEND, model_cells
from workbench.presenters.verdict import verdict_sentence
from workbench.session.compare import SessionCompare
from workbench.session.errors import SessionError
from workbench.taxonomy import load_taxonomy
from workbench.views.compare import Comparison, Cost, Quality


@click.command(
    "compare",
    epilog=examples("workbench compare 1 3 --k 5", "workbench compare --all --dataset f30k"),
)
@click.argument("run_ids", metavar="RUN_A RUN_B [RUN]...", type=RUN_ID, nargs=-1)
@click.option(
    "--direction",
    type=click.Choice([*DIRECTIONS, "both"]),
    default="both",
    show_default=True,
    help="t2i: a caption finds images; i2t: an image finds captions.",
)
@click.option(
    "--k", default=1, show_default=True, type=click.IntRange(1, 10_000), help="A hit: rank <= K."
)
@click.option("--seed", default=0, show_default=True, help="Seed of the resampling.")
@click.option(
    "--resamples",
    default=1000,
    show_default=True,
    type=click.IntRange(100, 100_000),
    help="Resamples for an interval.",
)
@click.option("--all", "everything", is_flag=True, help="A table of all runs of --dataset.")
@click.option("--dataset", help="Data set of --all: NAME or NAME/SPLIT.")
@click.option(
    "--cost",
    type=click.Choice(list(COSTS)),
    default="gflops",
    show_default=True,
    help="What the table's Pareto mark weighs quality against.",
)
@click.option(
    "--quality",
    type=click.Choice(["r_mean", "t2i R@1"]),
    default="r_mean",
    show_default=True,
    help="The table's quality: the mean of all R@K, or R@1 of t2i.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    run_ids: tuple[int, ...],
    direction: Literal["t2i", "i2t", "both"],
    k: int,
    seed: int,
    resamples: int,
    everything: bool,
    dataset: str | None,
    cost: Cost,
    quality: Quality,
    as_json: bool,
) -> None:
    """Compare run B with run A on the same queries: scores, quadrants, what B fixes.

    With more than two runs, or --all --dataset NAME, a table of models: quality and cost.
    """
    if everything != (dataset is not None) or (everything and run_ids):
        raise click.UsageError("--all goes with --dataset NAME and without runs.")
    if not everything and len(run_ids) < 2:
        raise click.UsageError("Give two runs to compare, or --all --dataset NAME.")
    with context.open() as workspace:
        session = SessionCompare(
            workspace,
            load_taxonomy(workspace.path),
            annotator=context.who(),
            blind=context.blind,
        )
        if everything or len(run_ids) > 2:
            dataset_id = _dataset(workspace, dataset, run_ids)
            table = session.models_table(dataset_id, cost=cost, quality=quality, run_ids=run_ids)
            if as_json:
                print_json(table.rows)
            else:
                print_table(COLUMNS, [model_cells(row) for row in table.rows], table.dataset)
                say(f"{LEGEND}; cost: {COSTS[cost]}, quality: {quality}")
            return
        ways = DIRECTIONS if direction == "both" else (direction,)
        found = [
            session.compare(run_ids[0], run_ids[1], way, k, seed=seed, resamples=resamples)
            for way in ways
        ]
    if as_json:
        print_json([comparison_object(found)])
        return
    for comparison in found:
        print_comparison(comparison)
    _print_runs(found[0])


def comparison_object(found: Sequence[Comparison]) -> dict[str, Any]:
    """Describe a comparison for programs; shares and differences are fractions."""
    first = found[0]
    return {
        "a": dataclasses.asdict(first.a),
        "b": dataclasses.asdict(first.b),
        "k": first.k,
        "seed": first.seed,
        "resamples": first.resamples,
        "directions": {one.direction: _direction_object(one) for one in found},
        "protocol_differences": [dataclasses.asdict(one) for one in first.differences],
        "verdict": {
            "a": [verdict_object(one) for one in first.verdicts_a],
            "b": [verdict_object(one) for one in first.verdicts_b],
        },
    }


def _direction_object(comparison: Comparison) -> dict[str, Any]:
    return {
        "n_queries": comparison.n_queries,
        "n_images": comparison.n_images,
        "metrics": {
            score.name: {
                "a": score.a.value,
                "a_interval": [score.a.low, score.a.high],
                "b": score.b.value,
                "b_interval": [score.b.low, score.b.high],
                "difference": score.difference.value,
                "difference_interval": [score.difference.low, score.difference.high],
            }
            for score in comparison.scores
        },
        "mcnemar_p": comparison.p,
        "quadrants": {one.name: one.n for one in comparison.quadrants},
        "filters": {one.name: one.filter for one in comparison.quadrants},
        "fixed_by_category": [
            {**dataclasses.asdict(row), "few": row.few} for row in comparison.categories
        ],
        "rank_grid": comparison.ranks,
    }


def _dataset(workspace: Workspace, name: str | None, run_ids: Sequence[int]) -> int:
    """Return the data set of a table of models; SessionError for runs of several."""
    if name is not None:
        return workspace.datasets.find(name).id
    runs = [workspace.runs.get(run_id) for run_id in run_ids]
    for run in runs:
        if run.dataset_id != runs[0].dataset_id:
            raise SessionError(
                f"Run {runs[0].id} is on {runs[0].dataset}/{runs[0].split} and run {run.id} on "
                f"{run.dataset}/{run.split}: a table holds runs of one data set."
            )
    return runs[0].dataset_id


def print_comparison(comparison: Comparison) -> None:
    """Print scores, quadrants and what B fixes of one direction."""
    a, b = comparison.a, comparison.b
    print_table(
        SCORES,
        score_rows(comparison),
        title=f"{comparison.direction} on {a.dataset}: A {run_name(a)}, B {run_name(b)}, "
        f"the same {comparison.n_queries:,} queries",
    )
    click.echo(f"{RESAMPLED}, {comparison.resamples:,} times, seed {comparison.seed}")
    click.echo(f"{mcnemar_sentence(comparison)}\n")
    where = f"workbench failures {a.run_id} --direction {comparison.direction} --where"
    print_table(
        ("quadrant", ">queries", "list them (or: export ... --out FILE)"),
        [(name, n, f"{where} '{words}'") for name, n, words in quadrant_rows(comparison)],
        title=f"quadrants at rank {comparison.k}",
    )
    click.echo()
    if not comparison.categories:
        return
    print_table(FIXED, fixed_rows(comparison), title=fixed_title(comparison))
    click.echo(f"{BIASED}\n")


def _print_runs(comparison: Comparison) -> None:
    """Print what belongs to the runs in both directions: protocols and verdicts."""
    if comparison.differences:
        print_table(
            ("protocol", "A", "B"),
            [(one.name, one.a, one.b) for one in comparison.differences],
            title="the runs differ in",
        )
    else:
        click.echo("Both runs have the same protocol.")
    for side, verdicts in (("A", comparison.verdicts_a), ("B", comparison.verdicts_b)):
        for verdict in verdicts:
            click.echo(f"{side}: {verdict_sentence(verdict)}")
