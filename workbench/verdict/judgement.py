"""A run beside published results of its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from workbench.references import Reference
from workbench.verdict.causes import causes_of
from workbench.verdict.facts import RunFacts
from workbench.views.verdict import Judged, Verdict

TOLERANCE: Mapping[str, float] = {"t2i": 0.003, "i2t": 0.005}
"""By how much two harnesses may differ on the same model and data.

CLIP_benchmark and open_clip differ by at most 0.18 points (t2i) and 0.40 (i2t) over 13 models.
"""


def judge(run: RunFacts, published: Sequence[Reference]) -> tuple[Verdict, ...]:
    """Judge a run by each of its model's results that were made as it was, as far as there are any.

    Where results with and without a prompt are published, those with the run's prompt count. A run
    that was not re-ranked is judged by re-ranked results only where there are no others, and one
    whose candidates come from another model by none.
    """
    chosen = [r for r in published if r.stage == run.stage and _comparable(run)]
    if not chosen and run.stage == "itc":
        chosen = list(published)
    prompted = [r for r in chosen if r.prompt == (run.prompt or "")]
    return tuple(_verdict(run, reference) for reference in prompted or chosen)


def _comparable(run: RunFacts) -> bool:
    return run.stage != "itm" or run.own_candidates


def _verdict(run: RunFacts, reference: Reference) -> Verdict:
    values = tuple(
        Judged(
            cast(Literal["t2i", "i2t"], direction),
            metric,
            run.metrics[direction, metric],
            value,
            TOLERANCE[direction],
        )
        for (direction, metric), value in reference.values.items()
        if (direction, metric) in run.metrics
    )
    return Verdict(
        model=reference.model,
        weights=reference.weights,
        dataset=f"{reference.dataset}/{reference.split}",
        source=reference.source,
        note=reference.note,
        values=values,
        causes=causes_of(run, reference, values),
    )
