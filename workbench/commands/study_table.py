"""The table of a study: on a terminal, as Markdown, as CSV and as JSON."""

from __future__ import annotations

import csv
import dataclasses
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from store.records.captioning import CaptionMetric
from store.records.direction import Direction
from store.records.run import Metric
from workbench.analysis.metrics import R_MEAN, RECALLS
from workbench.commands.output import print_json, print_table
from workbench.commands.runs import PUBLISHED, verdict_object
from workbench.presenters.captions import number
from workbench.presenters.compare_numbers import change, change_interval, with_interval
from workbench.presenters.text import cut_middle, plain, width
from workbench.presenters.verdict import verdict_sentence
from workbench.studies.results import CAPTION_METRICS, StudyRow
from workbench.views.compare import Estimate

NOTE = "note"
_KEYS = 2
"""The first columns say what a row is: they stand before every part of a table that is folded."""
_LABEL, _ENDLESS = 28, 10_000
_NUMBERS = 66
"""Cells of a stage and three numbers with intervals, which are to stand in one part."""


def print_study(rows: Sequence[StudyRow], directions: Sequence[Direction]) -> None:
    """Print a table for each data set, folded to the terminal's width, and what is behind it."""
    for data in dict.fromkeys(row.data for row in rows):
        mine = [row for row in rows if row.data == data]
        notes = [row for row in mine if row.problem is not None]
        cells = [
            _cells(row, directions, f"[{notes.index(row) + 1}]" if row in notes else "")
            for row in mine
        ]
        _print_folded(*_filled(_columns(directions), cells), title=data)
        for at, row in enumerate(notes, 1):
            click.echo(plain(f"[{at}] {row.label}: {row.problem}"))
        for row in mine:
            for verdict in row.verdicts[:1]:
                if not verdict.within:
                    click.echo(plain(f"{row.label}: {verdict_sentence(verdict)}"))
        click.echo()
    click.echo("In percent, with 95 % intervals over images; gain: points of R@1 by re-ranking.")


def print_markdown(rows: Sequence[StudyRow], directions: Sequence[Direction]) -> None:
    """Print a table for each data set as Markdown takes it."""
    for data in dict.fromkeys(row.data for row in rows):
        cells = [_cells(row, directions, row.problem or "") for row in rows if row.data == data]
        columns, filled = _filled(_columns(directions), cells)
        click.echo(f"**{_markdown(data)}**\n")
        click.echo(_line([name.lstrip(">") for name in columns]))
        click.echo(_line(["---:" if name.startswith(">") else "---" for name in columns]))
        for row in filled:
            click.echo(_line([_markdown(cell) for cell in row]))
        click.echo()


def print_csv(rows: Sequence[StudyRow], directions: Sequence[Direction]) -> None:
    """Print one table for all data sets, every number in a cell of its own; shares are fractions.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    records = [_record(row, directions) for row in rows]
    writer = csv.DictWriter(sys.stdout, list(records[0]) if records else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)


def print_rows_json(rows: Sequence[StudyRow]) -> None:
    """Print the rows for programs; shares are fractions."""
    print_json([_object(row) for row in rows])


def _columns(directions: Sequence[Direction]) -> tuple[str, ...]:
    return (
        "model",
        "stage",
        *(f">{way} {name}" for way in directions for name in RECALLS),
        ">mR",
        ">params M",
        *(f">gain {way}" for way in directions),
        *(f">{name}" for name in CAPTION_METRICS),
        PUBLISHED,
        ">images/s",
        ">pairs/s",
        ">run",
        NOTE,
    )


def _cells(row: StudyRow, directions: Sequence[Direction], note: str) -> tuple[str, ...]:
    metrics = row.metrics
    return (
        row.label,
        _stage(row),
        *(_share(metrics.get((way, name))) for way in directions for name in RECALLS),
        _share(metrics.get(("both", R_MEAN))),
        "" if row.parameters is None else f"{row.parameters / 1e6:,.1f}",
        *(_gain(row, way) for way in directions),
        *(_caption(row.captions.get(name)) for name in CAPTION_METRICS),
        "" if not row.verdicts else "within" if row.verdicts[0].within else "outside",
        *(
            "" if per_s is None else f"{per_s:,.0f}"
            for per_s in (row.images_per_s, row.pairs_per_s)
        ),
        "" if row.run_id is None else str(row.run_id),
        note,
    )


def _stage(row: StudyRow) -> str:
    return row.stage if row.rerank is None else f"{row.stage} {row.rerank}"


def _share(metric: Metric | None) -> str:
    if metric is None:
        return ""
    return with_interval("R@1", Estimate(metric.value, metric.low, metric.high))


def _gain(row: StudyRow, direction: Direction) -> str:
    found = row.gain.get(direction)
    if found is None:
        return ""
    limits = change_interval("R@1", Estimate(found.value, found.low, found.high))
    return f"{change('R@1', found.value)} {limits}"


def _caption(metric: CaptionMetric | None) -> str:
    return "" if metric is None else number(metric.name, metric.value)


def _filled(
    columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Leave out the columns in which nothing stands."""
    kept = [at for at in range(len(columns)) if at < _KEYS or any(row[at] for row in rows)]
    return tuple(columns[at] for at in kept), [tuple(row[at] for at in kept) for row in rows]


def _print_folded(columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str) -> None:
    """Print a table in as many parts as the terminal's width asks for."""
    from rich.console import Console

    cells = Console().width if sys.stdout.isatty() else _ENDLESS  # as print_table sees it
    if cells < _ENDLESS:
        label = max(10, min(_LABEL, cells - _NUMBERS))
        rows = [(cut_middle(row[0], label), *row[1:]) for row in rows]
    for at, part in enumerate(_parts(columns, rows, cells)):
        if at:
            click.echo()
        chosen = [*range(_KEYS), *part]
        print_table(
            [columns[i] for i in chosen],
            [[row[i] for i in chosen] for row in rows],
            title=title if not at else "",
        )


def _parts(
    columns: Sequence[str], rows: Sequence[Sequence[str]], cells: int
) -> Iterator[list[int]]:
    """Yield the columns of each part: as many as fit beside the first ones, at least one."""
    widths = [
        max(width(columns[at].lstrip(">")), *(width(row[at]) for row in rows)) + 2
        for at in range(len(columns))
    ]
    before = sum(widths[:_KEYS]) - 2
    part: list[int] = []
    for at in range(_KEYS, len(columns)):
        if part and before + sum(widths[i] for i in part) + widths[at] > cells:
            yield part
            part = []
        part.append(at)
    yield part


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _markdown(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _record(row: StudyRow, directions: Sequence[Direction]) -> dict[str, object]:
    found: dict[str, object] = {
        "dataset": _harmless(row.data),
        "model": _harmless(row.label),
        "spec": _harmless(row.spec),
        "stage": row.stage,
        "rerank": row.rerank,
        "parameters": row.parameters,
    }
    for key in [*((way, name) for way in directions for name in RECALLS), ("both", R_MEAN)]:
        name = key[1] if key[0] == "both" else " ".join(key)
        found |= _limits(name, row.metrics.get(key))
    for way in directions:
        found |= _limits(f"gain {way} R@1", row.gain.get(way))
    for name in CAPTION_METRICS:
        found |= _limits(name, row.captions.get(name))
    return found | {
        PUBLISHED: row.verdicts[0].within if row.verdicts else None,
        "images_per_s": row.images_per_s,
        "pairs_per_s": row.pairs_per_s,
        "run": row.run_id,
        "captioning": row.captioning_id,
        NOTE: _harmless(row.problem or ""),
    }


def _limits(name: str, number: Any) -> dict[str, object]:
    parts = ("value", "low", "high")
    values = [None if number is None else getattr(number, part) for part in parts]
    return dict(zip((name, f"{name} low", f"{name} high"), values, strict=True))


def _harmless(text: str) -> str:
    text = plain(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _object(row: StudyRow) -> dict[str, Any]:
    metrics: dict[str, dict[str, Any]] = {}
    intervals: dict[str, dict[str, Any]] = {}
    for (direction, name), metric in row.metrics.items():
        metrics.setdefault(direction, {})[name] = metric.value
        intervals.setdefault(direction, {})[name] = [metric.low, metric.high]
    return {
        "dataset": row.data,
        "model": row.label,
        "spec": row.spec,
        "stage": row.stage,
        "rerank": row.rerank,
        "run_id": row.run_id,
        "captioning_id": row.captioning_id,
        "parameters": row.parameters,
        "metrics": metrics,
        "intervals": intervals,
        "gain": {way: dataclasses.asdict(number) for way, number in row.gain.items()},
        "captions": {name: dataclasses.asdict(one) for name, one in row.captions.items()},
        "verdict": [verdict_object(verdict) for verdict in row.verdicts],
        "images_per_s": row.images_per_s,
        "pairs_per_s": row.pairs_per_s,
        "problem": row.problem,
    }
