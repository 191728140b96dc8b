"""How the numbers with corrected positives are printed, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from store.records.run import Metric
from workbench.commands.output import print_table, say
from workbench.presenters.corrected import WARNING

if TYPE_CHECKING:
    from workbench.compute.corrected import Corrected

_NO_PAIR = (
    "No missing pair is confirmed in this data set: press x in Triage (data fault) where the "
    "retrieved item satisfies the query as well."
)


def corrected_object(found: Corrected | None) -> dict[str, Any] | None:
    """Describe the numbers with corrected positives for programs; None without a pair."""
    if found is None:
        return None
    rows = found.metrics.items()
    return {
        "pairs": found.pairs,
        "annotators": found.annotators,
        "affected_queries": found.affected,
        "unknown_queries": found.unknown,
        "metrics": {way: {n: i.value for n, i in row.items()} for way, row in rows},
        "intervals": {way: {n: [i.low, i.high] for n, i in row.items()} for way, row in rows},
        "warning": WARNING,
    }


def print_corrected(
    metrics: list[Metric], found: Corrected | None, cell: Callable[[Metric | None], str]
) -> None:
    """Print a run's metrics beside the corrected ones, each written by `cell`."""
    if found is None:
        say(_NO_PAIR)
        return
    before = {(m.direction, m.name): m for m in metrics}
    rows = [
        (
            f"{way} {name}",
            cell(before.get((way, name))),
            cell(Metric(way, name, i.value, i.low, i.high)),
        )
        for way, row in found.metrics.items()
        for name, i in row.items()
    ]
    print_table(
        ("metric", "as annotated [95 % interval]", "corrected [95 % interval]"),
        rows,
        title="with confirmed missing pairs as positives",
    )
    queries = ", ".join(f"{n:,} {way}" for way, n in found.affected.items())
    click.echo(
        f"Pairs confirmed: {found.pairs:,}, by {found.annotators:,} "
        f"{'person' if found.annotators == 1 else 'people'}; queries affected: {queries}."
    )
    if any(found.unknown.values()):
        kept = ", ".join(f"{n:,} {way}" for way, n in found.unknown.items())
        click.echo(f"Their kept hits do not decide the rank, which stays as it was: {kept}.")
    click.echo(WARNING)
