"""How blind the models are to what queries say, where they were probed."""

from __future__ import annotations

from workbench.presenters.blindness import BLIND, BLINDNESS, blindness_cells, blindness_object
from workbench.reports.source import Source, sentence
from workbench.session.blindness import blindness_of
from workbench.views.blindness import BlindnessRow
from workbench.views.report import Bar, Block, Heading, Paragraph, Scale, Section, Table

EXPLAINED = (
    "Minimal edits of the queries - another number, another colour, exchanged roles - are scored "
    "by the same model. "
)


def probes_section(source: Source) -> Section | None:
    """Return the blindness of every run that was probed; None where none was."""
    blocks: list[Block] = []
    data = []
    for run in source.runs:
        for direction in source.request.directions:
            if source.workspace.probes.version(run.id, direction) is None:
                continue
            rows = blindness_of(source.workspace, run, direction)
            bars = tuple(
                Bar(row.blind.value, row.blind.low, row.blind.high) if row.n_queries else None
                for row in rows
            )
            cells = tuple(_cells(source, row) for row in rows)
            blocks.append(Heading(source.heading(run, direction)))
            blocks.append(Table("", BLINDNESS[1:], cells, "", bars, Scale(mark=0.5)))
            data += [blindness_object(row) for row in rows]
    if not blocks:
        return None
    explained = Paragraph(EXPLAINED + sentence(BLIND))
    return Section("blindness", "What the model is blind to", (explained, *blocks), {"rows": data})


def _cells(source: Source, row: BlindnessRow) -> tuple[str, ...]:
    _, queries, category, *numbers = blindness_cells(row)
    return (queries, source.category(category), *numbers)
