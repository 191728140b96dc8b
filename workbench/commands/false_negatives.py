"""`workbench false-negatives`: failures that may be pairs the data set does not list."""

from __future__ import annotations

from typing import Any

import click

from store.records.case import Case
from store.records.direction import Direction
from store.records.run import Run
from store.records.suggestion import MissingPair
from store.workspace import Workspace
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.directions import directions_option
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.commands.waiting import compute, no_wait_option, priority_option
from workbench.compute.errors import JobError
from workbench.presenters.scores import share
from workbench.taxonomy import Taxonomy, load_taxonomy


@click.command("false-negatives", epilog=examples("workbench false-negatives 1 --limit 50"))
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@directions_option()
@click.option(
    "--limit",
    type=click.IntRange(1, 2**31),
    default=20,
    show_default=True,
    help="List so many candidates a direction, the likeliest first.",
)
@priority_option
@no_wait_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    run_id: int,
    directions: tuple[Direction, ...],
    limit: int,
    priority: int,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Find failures whose retrieved item may be right as well, for a person to confirm.

    By the captions of both sides, other models that retrieve the same, and near-duplicate images.
    Nothing is corrected before a person has pressed x: `workbench runs RUN --corrected`.
    """
    if context.blind:
        raise JobError("Candidates are suggestions, which --blind hides: leave out --blind.")
    with context.open() as workspace:
        run = workspace.runs.get(run_id)
        params = {"run_id": run.id}
        result = compute(
            workspace, "false_negatives", params, device="cpu", priority=priority, wait=not no_wait
        )
        if result is None:
            return
        tables = [_table(workspace, run, way, limit) for way in directions]
        taxonomy = load_taxonomy(workspace.path)
    for error in result.get("errors", ()):
        say(error)
    if unusable := result["images_without_hash"]:
        say(f"Without a hash, as they cannot be opened: {unusable:,} images (see the job's log).")
    if as_json:
        print_json(tables)
        return
    for table in tables:
        _print(table, run, taxonomy)
    click.echo(
        "Filter Cases by fn>0.5 to see them, and press x where the pair is right. The numbers with "
        f"confirmed pairs as positives: `workbench runs {run.id} --corrected`."
    )


def _table(workspace: Workspace, run: Run, direction: Direction, limit: int) -> dict[str, Any]:
    pairs = workspace.false_negatives.best(run.id, direction, limit)
    ids = [pair.query_id for pair in pairs]
    cases = workspace.cases.rows(run.id, direction, ids)
    return {
        "run_id": run.id,
        "direction": direction,
        "failures": len(workspace.false_negatives.misses(run.id, direction).query_id),
        "candidates": workspace.false_negatives.count(run.id, direction),
        "pairs": [_row(pair, case) for pair, case in zip(pairs, cases, strict=True)],
    }


def _row(pair: MissingPair, case: Case) -> dict[str, Any]:
    return {
        "query_id": pair.query_id,
        "top_id": case.top_id,
        "score": pair.score,
        "agreement": pair.agreement,
        "other_models": pair.models,
        "of_other_models": pair.of_models,
        "hash_distance": pair.distance,
        "image_similarity": pair.similarity,
        "decision": list(case.categories),
        "query": case.query,
        "top_text": case.top_text,
    }


def _print(table: dict[str, Any], run: Run, taxonomy: Taxonomy) -> None:
    print_table(
        (">query", ">score", ">captions", ">models", ">hash", ">cosine", "label", "query text",
         "top-1 says"),
        [
            (
                row["query_id"],
                share(row["score"]),
                share(row["agreement"]),
                f"{row['other_models']}/{row['of_other_models']}",
                "--" if row["hash_distance"] is None else row["hash_distance"],
                "--" if row["image_similarity"] is None else f"{row['image_similarity']:.2f}",
                " ".join(map(taxonomy.code, row["decision"])) or "--",
                row["query"],
                row["top_text"],
            )
            for row in table["pairs"]
        ],
        title=f"run {run.id}: {run.model} on {run.dataset}/{run.split}, {table['direction']}: "
        f"{table['candidates']:,} candidates among {table['failures']:,} failures",
    )  # fmt: skip
