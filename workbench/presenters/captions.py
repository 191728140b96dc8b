"""The numbers of captionings as they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from store.records.captioning import CaptionMetric

METRICS = ("metric", ">value", "95 % interval", "vectors of")
COUNTS = frozenset({"vocabulary"})
LENGTHS = frozenset({"length_mean", "length_p5", "length_median", "length_p95"})


def number(name: str, value: float) -> str:
    """Write a number as it is shown: shares and similarities in percent, counts as they are."""
    if name in COUNTS:
        return f"{value:,.0f}"
    return f"{value:.1f}" if name in LENGTHS else f"{100 * value:.2f}"


def metric_rows(metrics: Sequence[CaptionMetric]) -> list[tuple[str, ...]]:
    """Return a captioning's numbers with their intervals, as `METRICS` names it."""
    return [
        (metric.name, number(metric.name, metric.value), _interval(metric), _source(metric))
        for metric in metrics
    ]


def _interval(metric: CaptionMetric) -> str:
    if metric.low is None or metric.high is None:
        return ""
    return f"[{number(metric.name, metric.low)}, {number(metric.name, metric.high)}]"


def _source(metric: CaptionMetric) -> str:
    return "" if metric.run_id is None else f"run {metric.run_id}"
