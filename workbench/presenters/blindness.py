"""Blindness as table cells and as objects for programs."""

from __future__ import annotations

from typing import Any

from workbench.presenters.compare_numbers import FEW, percent, share_interval
from workbench.views.blindness import BlindnessRow

BLINDNESS = ("direction", "queries", "category", ">blind %", "95 % interval", ">of", ">images")
BLIND = (
    "blind: an edited caption scores the true image as high as its own; mean over a query's "
    "edits. Scores that differ by chance give 50 %."
)


def blindness_cells(row: BlindnessRow) -> tuple[str, ...]:
    """Return a row of the table, as `BLINDNESS` names it."""
    share = percent(row.blind.value) if row.n_queries else "--"
    limits = FEW if row.few else share_interval(row.blind)
    sizes = f"{row.n_queries:,}", f"{row.n_images:,}"
    return row.direction, row.queries, row.category, share, limits, *sizes


def blindness_object(row: BlindnessRow) -> dict[str, Any]:
    """Describe a row for programs; shares are fractions."""
    return {
        "run_id": row.run_id,
        "direction": row.direction,
        "queries": row.queries,
        "category": row.category,
        "blind": row.blind.value,
        "interval": [row.blind.low, row.blind.high],
        "sensitivity": row.sensitivity,
        "n_queries": row.n_queries,
        "n_images": row.n_images,
        "n_edits": row.n_edits,
        "few": row.few,
    }
