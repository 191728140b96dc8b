"""Pairs that the data set does not list, and the numbers with them as positives."""

from __future__ import annotations

from typing import Any

from store.records.run import Metric, Run
from workbench.analysis.intervals import Interval
from workbench.compute.corrected import Corrected, corrected
from workbench.compute.errors import JobError
from workbench.presenters.compare_numbers import with_interval
from workbench.presenters.corrected import WARNING
from workbench.reports.source import Source
from workbench.views.compare import Estimate
from workbench.views.report import Block, Paragraph, Section, Table

SHOWN = ("R@1", "R@5", "R@10")
COLUMNS = ("run", "", *(column for name in SHOWN for column in (f">{name}", ">corrected")))
EXPLAINED = (
    "People confirmed pairs of a caption and an image that belong together though the data set "
    "does not list them. Beside the numbers as annotated stand those with these pairs as right."
)


def missing_section(source: Source) -> Section | None:
    """Return the corrected numbers of every run; None without a confirmed pair, or when blind."""
    if source.request.blind:
        return None
    rows: list[tuple[str, ...]] = []
    data: list[dict[str, Any]] = []
    notes: list[str] = []
    for run in source.runs:
        try:
            found = corrected(source.workspace, run)
        except JobError as error:
            notes.append(str(error))
            continue
        if found is not None:
            rows += _rows(source, run, found)
            notes += _notes(source, run, found)
            data.append({"run_id": run.id, "corrected": found})
    if not rows:
        return None
    blocks: list[Block] = [Paragraph(EXPLAINED), Table("", COLUMNS, tuple(rows), WARNING)]
    blocks += map(Paragraph, dict.fromkeys(notes))
    return Section("missing-pairs", "Missing pairs", tuple(blocks), {"runs": data})


def _rows(source: Source, run: Run, found: Corrected) -> list[tuple[str, ...]]:
    before = {(m.direction, m.name): m for m in source.workspace.runs.metrics(run.id)}
    rows = []
    for way in source.request.directions:
        cells = []
        for name in SHOWN:
            now = found.metrics[way][name]
            cells += [_written(name, before.get((way, name))), _written(name, now)]
        rows.append((source.label(run), way, *cells))
    return rows


def _written(name: str, number: Metric | Interval | None) -> str:
    if number is None:
        return "--"
    return with_interval(name, Estimate(number.value, number.low, number.high))


def _notes(source: Source, run: Run, found: Corrected) -> list[str]:
    affected = ", ".join(f"{found.affected[way]:,} {way}" for way in source.request.directions)
    unknown = sum(found.unknown[way] for way in source.request.directions)
    people = "person" if found.annotators == 1 else "people"
    text = (
        f"{source.label(run)}: {found.pairs:,} pairs, confirmed by {found.annotators:,} "
        f"{people}; queries affected: {affected}."
    )
    kept = f" Of {unknown:,} of them the kept hits do not decide the rank, which stays as it was."
    return [text + kept if unknown else text]
