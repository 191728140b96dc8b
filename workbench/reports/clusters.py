"""The clusters of the failures, their names, and typical cases."""

from __future__ import annotations

from typing import Any

from workbench.presenters.compare_numbers import percent, share_interval
from workbench.reports.source import Source
from workbench.views.clusters import ClusterRow, ClusterTable
from workbench.views.report import Bar, Block, Heading, Paragraph, Section, Table

COLUMNS = ("cluster", ">n", ">% of misses", ">miss %", "95 %", ">lift", "typical cases")
TYPICAL = 2
EXPLAINED = (
    "Failures whose queries lie close together in the model's space (k-means). * marks a name that "
    "a person gave; other names are lists of words, no explanations."
)


def clusters_section(source: Source) -> Section | None:
    """Return the newest clustering of every run and direction; None where there is none."""
    blocks: list[Block] = []
    data: list[dict[str, Any]] = []
    for run in source.runs:
        for direction in source.request.directions:
            table = source.clusters.table(run.id, direction)
            if table is not None:
                blocks += [Heading(source.heading(run, direction)), _table(table)]
                data.append(_object(table))
    if not blocks:
        return None
    return Section(
        "clusters", "Clusters of failures", (Paragraph(EXPLAINED), *blocks), {"runs": data}
    )


def _table(table: ClusterTable) -> Table:
    facts = table.facts
    title = (
        f"{facts.n_misses:,} of {facts.n_queries:,} queries miss at {facts.at_k}: "
        f"{len(table.rows)} clusters by {table.features} features"
    )
    rates = [row.facts.miss_rate or row.facts.share for row in table.rows]
    bars = tuple(Bar(rate.value, rate.low, rate.high) for rate in rates)
    notes = " ".join(f"{note}." for note in facts.notes)
    return Table(title, COLUMNS, tuple(map(_cells, table.rows)), notes, bars)


def _cells(row: ClusterRow) -> tuple[str, ...]:
    facts = row.facts
    rate = facts.miss_rate
    words = row.name if facts.mixed and not row.named else ", ".join(facts.words)
    return (
        f"{row.name} * ({words})" if row.named else words,
        f"{facts.size:,}",
        percent(facts.share.value),
        "--" if rate is None else percent(rate.value),
        "" if rate is None else share_interval(rate),
        "--" if facts.lift is None else f"{facts.lift:.2f}",
        " / ".join(text for _, text in row.typical[:TYPICAL]),
    )


def _object(table: ClusterTable) -> dict[str, Any]:
    return {
        "run_id": table.run_id,
        "direction": table.direction,
        "features": table.features,
        "seed": table.seed,
        "n_queries": table.facts.n_queries,
        "n_misses": table.facts.n_misses,
        "clusters": [
            {"name": row.name, "named": row.named, "typical": row.typical, "facts": row.facts}
            for row in table.rows
        ],
    }
