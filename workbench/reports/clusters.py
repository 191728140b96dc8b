"""The clusters of the failures, their names, and typical cases."""

from __future__ import annotations

from typing import Any

from workbench.presenters.compare_numbers import percent, share_interval
from workbench.reports.map_drawing import map_plot
from workbench.reports.source import DIRECTION_NAMES, Source
from workbench.views import plots
from workbench.views.case_view import CaseView
from workbench.views.clusters import ClusterRow, ClusterTable
from workbench.views.report import Bar, Block, Heading, Paragraph, Plots, Section, Table

COLUMNS = (">#", "cluster", ">n", ">% of misses", ">miss %", "95 %", ">lift", "typical cases")
TYPICAL = 2
EXPLAINED = (
    "Failures whose queries lie close together in the model's space (k-means). * marks a name that "
    "a person gave; other names are lists of words, no explanations."
)

MAPPED = (
    "A circle is as large as the number of failures at its place and has the colour of the cluster "
    "that most of them are of; numbers are those of the table, colours repeat. What lies close "
    "together is alike ({}); the axes have no unit."
)

PROJECTIONS = {"pca": "principal components", "tsne": "t-SNE", "umap": "UMAP"}


def clusters_section(source: Source) -> Section | None:
    """Return the newest clustering of every run and direction; None where there is none."""
    blocks: list[Block] = []
    data: list[dict[str, Any]] = []
    for run in source.runs:
        for direction in source.request.directions:
            table = source.clusters.table(run.id, direction)
            if table is not None:
                blocks.append(Heading(source.heading(run, direction)))
                blocks += _map(source, table)
                blocks.append(_table(table))
                data.append(_object(table))
    if not blocks:
        return None
    return Section(
        "clusters", "Clusters of failures", (Paragraph(EXPLAINED), *blocks), {"runs": data}
    )


def _map(source: Source, table: ClusterTable) -> list[Block]:
    """Draw where the failures lie; nothing where all of them have left the clusters."""
    plot = source.plots.plot("map", CaseView(table.run_id, table.direction, ""))
    assert isinstance(plot, plots.MapPlot)
    if not len(plot.query):
        return []
    method = PROJECTIONS.get(table.facts.projection, table.facts.projection)
    title = f"Map of the failures, {DIRECTION_NAMES[table.direction]}"
    return [Plots((map_plot(title, plot),)), Paragraph(MAPPED.format(method))]


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
        str(row.number),
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
