"""The runs with their numbers: recall, ranks, how they are distributed, published results."""

from __future__ import annotations

from typing import Any

from store.records.direction import DIRECTIONS, Direction
from store.records.run import Metric, Run
from workbench.analysis.metrics import R_MEAN
from workbench.presenters.compare_numbers import percent, with_interval
from workbench.presenters.verdict import verdict_sentence
from workbench.reports.drawing import Curve, column_plot, curve_plot
from workbench.reports.source import DIRECTION_NAMES, Source, sentence
from workbench.views import plots
from workbench.views.case_view import CaseView
from workbench.views.compare import Estimate
from workbench.views.report import Block, Paragraph, Plots, Section, Table

RANKED = ("R@1", "R@5", "R@10", "median_rank", "mean_rank", "MRR")
COLUMNS = ["run", "model", "stage", "data set", ">R@1 t2i", ">R@1 i2t", ">mean R@K"]
BANDS = ("1", "2", "3-5", "6-10", "11-20", "21-50", "51-100", ">100")
"""The bands of ranks that every histogram has."""
SHOWN = {"median_rank": "median rank", "mean_rank": "mean rank"}
EXPLAINED = (
    "R@K: the share of queries, in percent, whose right answer is among the first K results. "
    "Mean R@K: over K of 1, 5 and 10 and both directions. MRR: the mean of 1 / rank. "
    "In brackets: 95 % intervals from resampling images together with their captions."
)
NO_SPREAD = (
    " Where all queries are found, or none, every resample is alike and the brackets do not say "
    "how sure that is: \u201cWhere it fails\u201d has Wilson's interval."
)


def scores_section(source: Source) -> Section:
    """Return tables of all metrics by direction, recall curves and rank histograms."""
    metrics = {run.id: source.workspace.runs.metrics(run.id) for run in source.runs}
    shares = [m for found in metrics.values() for m in found if m.name.startswith("R@")]
    alike = any(m.value in (0.0, 1.0) and m.low == m.high == m.value for m in shares)
    explained = EXPLAINED + (NO_SPREAD if alike else "")
    blocks: list[Block] = [_runs_table(source, metrics), Paragraph(explained)]
    shapes: dict[str, Any] = {}
    for direction in source.request.directions:
        rows = tuple(
            (source.label(run), *_cells(metrics[run.id], direction)) for run in source.runs
        )
        columns = ("run", *(f">{SHOWN.get(name, name)}" for name in RANKED))
        blocks.append(Table(sentence(DIRECTION_NAMES[direction]), columns, rows))
        drawn, shapes[direction] = _plots(source, direction)
        blocks.append(drawn)
    data = {
        "runs": [_object(run, metrics[run.id]) for run in source.runs],
        "ranks": shapes,
    }
    return Section("scores", "Scores", tuple(blocks), data)


def _runs_table(source: Source, metrics: dict[int, list[Metric]]) -> Table:
    verdicts = {run.id: source.compare.verdicts(run.id) for run in source.runs}
    judged = any(verdicts.values())
    columns = [*COLUMNS, "published results"] if judged else COLUMNS
    rows = []
    for run in source.runs:
        found = {(m.direction, m.name): m for m in metrics[run.id]}
        numbers = [found.get(key) for key in (("t2i", "R@1"), ("i2t", "R@1"), ("both", R_MEAN))]
        cells = [_cell("R@1", one) for one in numbers]
        first = verdicts[run.id][:1]
        published = [verdict_sentence(first[0]) if first else "no published result"]
        name = (str(run.id), source.name(run), source.stage(run), f"{run.dataset}/{run.split}")
        rows.append((*name, *cells, *(published if judged else ())))
    return Table("The runs", tuple(columns), tuple(rows))


def _plots(source: Source, direction: Direction) -> tuple[Plots, list[dict[str, Any]]]:
    """Draw R@K over K and the ranks of all runs in a direction."""
    curves, bars = [], []
    for run in source.runs:
        view = CaseView(run.id, direction, "")
        curve, ranks = source.plots.plot("recall", view), source.plots.plot("ranks", view)
        assert isinstance(curve, plots.Curve)
        assert isinstance(ranks, plots.Bars)
        curves.append(curve)
        bars.append(ranks)
    labels = [source.label(run) for run in source.runs]
    told = "; ".join(
        f"{label}: R@1 {percent(curve.points[0].share.value)} %"
        for label, curve in zip(labels, curves, strict=True)
        if curve.points
    )
    name = DIRECTION_NAMES[direction]
    recall = curve_plot(
        f"R@K, {name}",
        f"Share of queries found within the first K results, by K. {told}.",
        [
            Curve(
                label,
                tuple((p.k, p.share.value, p.share.low, p.share.high) for p in curve.points),
            )
            for label, curve in zip(labels, curves, strict=True)
        ],
        x_name="K",
        y_name="R@K in %",
    )
    histogram = column_plot(
        f"Ranks of the right answer, {name}",
        "Share of queries by the rank of their right answer, from 1 to over 100.",
        BANDS,
        [(label, _bands(one)) for label, one in zip(labels, bars, strict=True)],
        x_name="rank of the right answer",
        y_name="queries in %",
    )
    data = [
        {"run_id": run.id, "within": curve.points, "ranks": one.bars}
        for run, curve, one in zip(source.runs, curves, bars, strict=True)
    ]
    return Plots((recall, histogram)), data


def _bands(ranks: plots.Bars) -> list[float]:
    """Return the shares of the bands that are drawn; what is behind them is put together."""
    shares = [bar.share.value for bar in ranks.bars]
    first = shares[: len(BANDS) - 1]
    return [*first, *[0.0] * (len(BANDS) - 1 - len(first)), sum(shares[len(first) :])]


def _cells(metrics: list[Metric], direction: Direction) -> tuple[str, ...]:
    found = {m.name: m for m in metrics if m.direction == direction}
    return tuple(_cell(name, found.get(name)) for name in RANKED)


def _cell(name: str, metric: Metric | None) -> str:
    if metric is None:
        return "--"
    return with_interval(name, Estimate(metric.value, metric.low, metric.high))


def _object(run: Run, metrics: list[Metric]) -> dict[str, Any]:
    return {
        "id": run.id,
        "dataset": run.dataset,
        "split": run.split,
        "model": run.model,
        "stage": run.stage,
        "created_at": run.created_at,
        "metrics": {
            way: {
                m.name: {"value": m.value, "low": m.low, "high": m.high}
                for m in metrics
                if m.direction == way
            }
            for way in (*DIRECTIONS, "both")
        },
    }
