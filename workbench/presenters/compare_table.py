"""A comparison as table cells: scores, quadrants and what B fixes, for commands and reports."""

from __future__ import annotations

from workbench.presenters.compare import QUADRANTS
from workbench.presenters.compare_numbers import (
    FEW,
    change,
    change_interval,
    p_value,
    percent,
    share_interval,
    with_interval,
)
from workbench.views.compare import Comparison

SCORES = ("metric", ">A", ">B", ">B-A", "95 % interval *")
FIXED = ("category", ">fixed", ">of", ">share %", "95 % interval", ">broken", "McNemar, Holm")


def score_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """Return the metrics of both runs and their difference, as `SCORES` names it."""
    return [
        (
            score.name,
            with_interval(score.name, score.a),
            with_interval(score.name, score.b),
            change(score.name, score.difference.value),
            change_interval(score.name, score.difference),
        )
        for score in comparison.scores
    ]


def quadrant_rows(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return each quadrant with its queries and the filter that lists them in run A."""
    return [(QUADRANTS[one.name], f"{one.n:,}", one.filter) for one in comparison.quadrants]


def fixed_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """Return which of A's misses B fixes, as `FIXED` names it; ? marks suggestions."""
    return [
        (
            row.code if row.decided else f"{row.code}?",
            f"{row.fixed:,}",
            f"{row.n:,}",
            FEW if row.few else percent(row.share.value),
            "" if row.few else share_interval(row.share),
            f"{row.broken:,}",
            p_value(row.p_adjusted),
        )
        for row in comparison.categories
    ]


def mcnemar_sentence(comparison: Comparison) -> str:
    """Say how likely the difference in hits is by chance."""
    return (
        f"McNemar exact on hits within {comparison.k}, queries taken as independent: "
        f"{p_value(comparison.p)}"
    )
