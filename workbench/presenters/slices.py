"""Slices of a run as table cells: what splits hits from misses, every slice, misses by label."""

from __future__ import annotations

from workbench.presenters.compare_numbers import FEW, p_value, percent, points, share_interval
from workbench.presenters.run_names import numbered
from workbench.presenters.text import cut
from workbench.views.compare import Estimate
from workbench.views.slices import LabelShare, RunSlices, SliceRow

WORST = ("slice", ">missed", ">of", ">miss %", "95 % *", ">lift", ">% of misses", "p, Holm")
ALL = ("slice", ">hits", ">of", ">R@K %", "95 % *", ">rest %", ">-rest", "95 %", ">lift", "p, Holm")
LABELS = ("category", ">misses", ">of", ">share %", "95 % *")
INTERVALS = "* Wilson's interval at the sample size that captions of one image are worth"
SELECTED = (
    "Only misses have labels, so these say what the misses are like, and not where the model "
    "fails more often."
)
CLUSTERED = (
    "Clusters were found among the misses, so that they fare worse by their choice: compare them "
    "with each other."
)
NAME = 36


def title(found: RunSlices) -> str:
    """Say whose R@K it is, over which queries."""
    interval = share_interval(found.recall)
    return (
        f"{found.direction} on {found.dataset}, {numbered(found.name, found.run_id)}: "
        f"R@{found.k} {percent(found.recall.value)} % {interval}, "
        f"{found.misses:,} of {found.n_queries:,} queries are missed (rank > {found.k})"
    )


def worst_title(found: RunSlices) -> str:
    """Say what the rows of `worst_rows` are."""
    if not found.misses:
        return "nothing is missed, so nothing splits hits from misses"
    if not found.tested:
        return "what splits hits from misses: no slice here can be tested"
    n = sum(certain(row) for row in found.worst)
    return (
        f"what splits hits from misses: {n} of {found.tested} slices are worse than their rest "
        "(p <= .05, Holm)"
    )


def worst_rows(found: RunSlices) -> list[tuple[str, ...]]:
    """Return the slices that are surely worse, by lift and then coverage, as `WORST` names it."""
    return [
        (
            slice_name(row),
            f"{row.misses:,}",
            f"{row.n:,}",
            percent(1 - row.recall.value),
            share_interval(miss_rate(row)),
            _lift(row.lift),
            percent(row.coverage.value),
            p_value(row.p_adjusted),
        )
        for row in found.worst
        if certain(row)
    ]


def all_rows(found: RunSlices) -> list[tuple[str, ...]]:
    """Return every slice, as `ALL` names it."""
    return [
        (
            slice_name(row),
            f"{row.hits:,}",
            f"{row.n:,}",
            percent(row.recall.value),
            share_interval(row.recall),
            percent(row.rest.value),
            points(row.difference.value),
            _points_interval(row.difference),
            _lift(row.lift),
            p_value(row.p_adjusted),
        )
        for row in found.slices
    ]


def label_rows(found: RunSlices) -> list[tuple[str, ...]]:
    """Return the labels of the misses, as `LABELS` names it; suggestions have a question mark."""
    return [
        (
            _label(row),
            f"{row.k:,}",
            f"{row.n:,}",
            percent(row.share.value),
            share_interval(row.share),
        )
        for row in found.labels
    ]


def labels_title(found: RunSlices) -> str:
    """Say of which misses `label_rows` are shares."""
    parts = [
        f"{row.n:,} that {'people decided on' if row.decided else 'have a suggestion (?)'}"
        for row in {row.decided: row for row in found.labels}.values()
    ]
    return f"misses by category, of the {' and the '.join(parts)}"


def slice_name(row: SliceRow) -> str:
    """Name a slice with its property."""
    return cut(f"{row.trait}: {row.name}", NAME)


def _label(row: LabelShare) -> str:
    return row.code if row.decided else f"{row.code}?"


def certain(row: SliceRow) -> bool:
    """Say whether a slice differs from its rest beyond chance, all slices considered."""
    return row.p_adjusted is not None and row.p_adjusted <= 0.05


def miss_rate(row: SliceRow) -> Estimate:
    """Return the share of a slice that is missed, with its limits."""
    return missed(row.recall)


def missed(share: Estimate) -> Estimate:
    """Turn a share of hits into one of misses."""
    if share.low is None or share.high is None:
        return Estimate(1 - share.value)
    return Estimate(1 - share.value, 1 - share.high, 1 - share.low)


def _points_interval(difference: Estimate) -> str:
    if difference.low is None or difference.high is None:
        return FEW
    return f"[{points(difference.low)}, {points(difference.high)}]"


def _lift(lift: float | None) -> str:
    return "--" if lift is None else f"{lift:.2f}"
