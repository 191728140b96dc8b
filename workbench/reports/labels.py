"""How far people have labelled the failures, and how well labels agree."""

from __future__ import annotations

from typing import Any

from store.records.direction import Direction
from store.records.run import Run
from workbench.presenters import agreement as shown
from workbench.reports.source import DIRECTION_NAMES, Source
from workbench.session.agreement import Pairing, pairings
from workbench.views.case_view import CaseView
from workbench.views.report import Block, Paragraph, Section, Table


def labels_section(source: Source) -> Section:
    """Return label counts of every run, then agreement on the cases of the first."""
    table, data = _counts(source)
    if not any(one["counts"].total for one in data):
        whose = (
            "These runs miss" if len(source.runs) > 1 else f"{source.label(source.first)} misses"
        )
        nothing = f"{whose} no query (rank > {source.request.k}): there is nothing to label."
        found = {"counts": data, "agreement": []}
        return Section("labels", "Labels and agreement", (Paragraph(nothing),), found)
    blocks: list[Block] = [table]
    pairs: list[Pairing] = []
    if not source.request.blind:
        for direction in source.request.directions:
            pairs += _pairings(source, source.first, direction)
        blocks += _agreement(source, pairs)
    agreement = [
        {"direction": one.direction, "truth": one.truth, "given": one.given,
         **shown.agreement_object(one.found)}
        for one in pairs
    ]  # fmt: skip
    return Section(
        "labels", "Labels and agreement", tuple(blocks), {"counts": data, "agreement": agreement}
    )


def _counts(source: Source) -> tuple[Table, list[dict[str, Any]]]:
    categories = source.taxonomy.categories
    columns = ("run", "", ">misses", ">decided", ">skipped", ">undecided",
               *(f">{category.code}" for category in categories))  # fmt: skip
    where = f"rank>{source.request.k}"
    rows = []
    data: list[dict[str, Any]] = []
    for run in source.runs:
        for direction in source.request.directions:
            counts = source.cases.counts(CaseView(run.id, direction, where))
            by_category = counts.by_category
            numbers = (counts.total, counts.decided, counts.skipped, counts.undecided)
            labels = [by_category.get(category.name, 0) for category in categories]
            cells = (f"{n:,}" for n in (*numbers, *labels))
            rows.append((source.label(run), direction, *cells))
            data.append({"run_id": run.id, "direction": direction, "counts": counts})
    whose = f" by {source.request.by}" if source.request.by else ""
    title = f"Misses (rank > {source.request.k}) that people decided on{whose}"
    note = "; ".join(f"{c.code} {c.name.replace('_', ' ')}" for c in categories)
    return Table(title, columns, tuple(rows), f"{note}. A case may have several."), data


def _pairings(source: Source, run: Run, direction: Direction) -> list[Pairing]:
    names = [category.name for category in source.taxonomy.categories]
    cases = source.workspace.judgements.labelled(run.dataset_id, direction, run.id)
    return pairings(cases, direction, names)


def _agreement(source: Source, found: list[Pairing]) -> list[Block]:
    if not found:
        return [Paragraph("Nobody has labelled a case of this run yet, so there is no agreement.")]
    about = f"Agreement on the labelled cases of {source.label(source.first)}. "
    rule = "Two labels agree if they share a category."
    blocks: list[Block] = [Paragraph(about + rule)]
    for one in found:
        title = f"{one.truth} (true) and {one.given}, {DIRECTION_NAMES[one.direction]}"
        rows = tuple(
            (source.category(str(name)), *map(str, cells))
            for name, *cells in shown.category_cells(one.found)
        )
        blocks.append(Table(title, shown.COLUMNS, rows, f"{shown.summary(one.found)}."))
    return blocks
