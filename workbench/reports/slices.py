"""Where the runs fail: slices of all queries, and what the misses are like."""

from __future__ import annotations

from workbench.presenters import slices as shown
from workbench.reports.source import Source, sentence
from workbench.views.compare import Estimate
from workbench.views.report import Bar, Block, Heading, Paragraph, Section, Table
from workbench.views.slices import RunSlices

EXPLAINED = (
    "A slice is given by what its queries are, never by how they fared: all queries with a "
    "property count, hits as well as misses. p-values are adjusted over all slices of a "
    "direction (Holm)."
)


def slices_section(source: Source) -> Section:
    """Return for every run and direction what splits hits from misses, and all slices."""
    blocks: list[Block] = []
    data = []
    for run in source.runs:
        for direction in source.request.directions:
            found = source.slices.of(run.id, direction, source.request.k)
            blocks.append(Heading(source.heading(run, direction)))
            blocks += _blocks(source, found)
            data.append(found)
    if any(found.slices for found in data):
        blocks.insert(0, Paragraph(EXPLAINED))
    return Section("slices", "Where it fails", tuple(blocks), {"runs": data})


def _blocks(source: Source, found: RunSlices) -> list[Block]:
    blocks: list[Block] = [Paragraph(f"{shown.title(found)}.")]
    title = sentence(shown.worst_title(found))
    rows = tuple(shown.worst_rows(found))
    if rows:
        worst = [row for row in found.worst if shown.certain(row)][: len(rows)]
        bars = tuple(_bar(row.recall, missed=True) for row in worst)
        blocks.append(Table(title, shown.WORST, rows, shown.INTERVALS, bars))
    else:
        blocks.append(Paragraph(f"{title}."))
    if found.slices:
        every = tuple(_bar(row.recall) for row in found.slices)
        blocks.append(
            Table(
                f"Every slice against its rest ({len(found.slices)})",
                shown.ALL,
                tuple(shown.all_rows(found)),
                shown.INTERVALS,
                every,
                folded=True,
            )
        )
    if found.labels:
        labels = tuple(_bar(row.share) for row in found.labels)
        blocks.append(
            Table(
                sentence(shown.labels_title(found).replace(" (?)", "")),
                shown.LABELS,
                tuple((source.category(code), *cells) for code, *cells in shown.label_rows(found)),
                shown.SELECTED,
                labels,
            )
        )
    return blocks


def _bar(share: Estimate, *, missed: bool = False) -> Bar:
    if not missed:
        return Bar(share.value, share.low, share.high)
    low, high = (None if end is None else 1 - end for end in (share.high, share.low))
    return Bar(1 - share.value, low, high)
