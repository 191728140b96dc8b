"""The blindness of a run's model, from the probes that are stored."""

from __future__ import annotations

from typing import Literal

from store.records.direction import Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.views.blindness import BlindnessRow
from workbench.views.compare import Estimate

CATEGORIES = ("counting", "attributes", "coreference", "abstract", "fine_grained")


def blindness_of(workspace: Workspace, run: Run, direction: Direction) -> list[BlindnessRow]:
    """Measure every category; of failures too where every query was probed."""
    from workbench.analysis.edits.caption import EVERY
    from workbench.analysis.probes import blindness

    every = workspace.probes.version(run.id, direction) == EVERY
    parts: tuple[Literal["all", "failures"], ...] = ("all", "failures") if every else ("failures",)
    rows = []
    for category in CATEGORIES:
        columns = workspace.probes.columns(run.id, direction, category)
        for queries in parts:
            chosen = columns.rank > (0 if queries == "all" else 1)
            found = blindness(
                columns.query_id[chosen], columns.image_id[chosen], columns.sensitivity[chosen]
            )
            rows.append(
                BlindnessRow(
                    run_id=run.id,
                    direction=direction,
                    queries=queries,
                    category=category,
                    blind=Estimate(found.share.value, found.share.low, found.share.high),
                    sensitivity=found.sensitivity,
                    n_queries=found.n_queries,
                    n_images=found.n_images,
                    n_edits=found.n_edits,
                    few=found.few,
                )
            )
    return rows
