"""`workbench failures`: the queries of a run that failed."""

from __future__ import annotations

from itertools import islice

import click

from store.records.direction import Direction
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.taxonomy import load_taxonomy

direction_option = click.option(
    "--direction",
    type=click.Choice(["t2i", "i2t"]),
    default="t2i",
    show_default=True,
    help="t2i: a caption finds images; i2t: an image finds captions.",
)
where_option = click.option(
    "--where",
    metavar="FILTER",
    default="rank>1",
    show_default=True,
    help="Which cases, e.g. 'rank>10 cat:counting status:undecided \"red cap\" !dog'; "
    "docs/guide/filter.md has all words.",
)
by_option = click.option("--by", help="Whose decisions count; the newest by anyone otherwise.")
sort_option = click.option(
    "--sort",
    default="margin",
    show_default=True,
    help="margin, rank, id, suggestion, cluster or time; a leading - reverses.",
)


@click.command(
    "failures", epilog=examples("workbench failures 1 --where 'rank>10 hint:CNT !dog' --limit 20")
)
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@direction_option
@where_option
@sort_option
@by_option
@click.option("--limit", type=click.IntRange(1, 2**31), help="At most this many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    run_id: int,
    direction: Direction,
    where: str,
    sort: str,
    by: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """List the failed queries of a run, the clearest failures first."""
    from workbench.jobs.export import ExportRequest, export_rows

    with context.open() as workspace:
        taxonomy = load_taxonomy(workspace.path)
        request = ExportRequest(run_id, direction, where, sort, context.whose(by), context.blind)
        rows = list(islice(export_rows(workspace, request), limit))
        dataset_id = workspace.runs.get(run_id).dataset_id
        shown = not context.blind and not as_json
        right = workspace.judgements.right_counts(dataset_id, direction) if shown else {}
    if as_json:
        print_json(rows)
        return
    if not rows:
        say(f"No query of run {run_id} matches {where!r}.")
        return
    print_table(
        (">query", ">rank", ">margin", "hint", "label", "query text", "top-1 says"),
        [
            (
                row["query_id"],
                row["rank"],
                _margin(row["margin"]),
                taxonomy.code(row["suggestion"]),
                " ".join(map(taxonomy.code, filter(None, row["decision"].split(";")))) or "--",
                row["query"],
                row["top_text"],
            )
            for row in rows
        ],
    )
    if right:
        known = (
            f"{taxonomy.code(name)} right {correct:,} of {decided:,} here"
            for name, (correct, decided) in right.items()
        )
        say(f"Hints on labelled {direction} cases: {', '.join(known)}.")


def _margin(value: float | None) -> str:
    return "--" if value is None else f"{value:.3f}"
