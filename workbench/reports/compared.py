"""Every further run against the first one, on the same queries."""

from __future__ import annotations

from store.records.run import Run
from workbench.presenters.compare import BIASED, NO_LABELS, RESAMPLED, fixed_title
from workbench.presenters.compare_numbers import SHARES
from workbench.presenters.compare_table import (
    FIXED,
    SCORES,
    fixed_rows,
    mcnemar_sentence,
    quadrant_rows,
    score_rows,
)
from workbench.reports.source import DIRECTION_NAMES, Source, sentence
from workbench.session.errors import SessionError
from workbench.views.compare import Comparison
from workbench.views.report import Bar, Block, Heading, Paragraph, Scale, Section, Table

EXPLAINED = (
    "Every further run (B) against {} (A), query by query. Fixed: A misses and B finds; broken: A "
    "finds and B misses. p-values are McNemar's exact test of fixed against broken, by category "
    "adjusted for their number (Holm)."
)


def compared_section(source: Source) -> Section | None:
    """Return the comparisons; None with a single run."""
    if len(source.runs) < 2:
        return None
    blocks: list[Block] = [Paragraph(EXPLAINED.format(source.label(source.first)))]
    data = []
    for run in source.runs[1:]:
        blocks.append(Heading(f"B: {source.label(run)} against A: {source.label(source.first)}"))
        try:
            found = _comparisons(source, run)
        except SessionError as error:
            blocks.append(Paragraph(str(error)))
            continue
        for comparison in found:
            blocks += _blocks(source, comparison)
        blocks.append(_protocol(found[0]))
        data += found
    return Section("comparisons", "Paired comparisons", tuple(blocks), {"pairs": data})


def _comparisons(source: Source, run: Run) -> list[Comparison]:
    request = source.request
    return [
        source.compare.compare(source.first.id, run.id, direction, request.k)
        for direction in request.directions
    ]


def _blocks(source: Source, comparison: Comparison) -> list[Block]:
    title = f"{DIRECTION_NAMES[comparison.direction]}, the same {comparison.n_queries:,} queries"
    bars = tuple(
        Bar(score.difference.value, score.difference.low, score.difference.high)
        if score.name in SHARES
        else None
        for score in comparison.scores
    )
    limits = [limit for bar in bars if bar for limit in (bar.value, bar.low, bar.high)]
    reach = max([0.01, *(abs(limit) for limit in limits if limit is not None)])
    note = f"{RESAMPLED}, {comparison.resamples:,} times, seed {comparison.seed}. "
    blocks: list[Block] = [
        Table(
            sentence(title),
            SCORES,
            tuple((name.replace("_", " "), *cells) for name, *cells in score_rows(comparison)),
            note + mcnemar_sentence(comparison) + ".",
            bars,
            Scale(-reach, reach, 0.0),
        ),
        Table(
            f"Queries that A and B find within rank {comparison.k}",
            ("", ">queries", "filter in the workbench"),
            tuple(quadrant_rows(comparison)),
        ),
    ]
    if not comparison.categories:
        return [*blocks, Paragraph(NO_LABELS)]
    fixed = tuple(
        None if row.few else Bar(row.share.value, row.share.low, row.share.high)
        for row in comparison.categories
    )
    title = fixed_title(comparison)
    rows = tuple((source.category(code), *cells) for code, *cells in fixed_rows(comparison))
    drawn = fixed if any(fixed) else ()
    return [*blocks, Table(title, FIXED, rows, BIASED, drawn)]


def _protocol(comparison: Comparison) -> Block:
    if not comparison.differences:
        return Paragraph("Both runs have the same protocol.")
    rows = tuple((one.name, one.a, one.b) for one in comparison.differences)
    return Table("The runs differ in", ("protocol", "A", "B"), rows)
