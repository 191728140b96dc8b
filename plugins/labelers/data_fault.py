"""Suggests `data_fault`: the captions of the other side satisfy the claim as well."""

from __future__ import annotations

from plugins.labelers.judgement import Judgement
from plugins.labelers.suggesting import CategoryLabeler, Evidence

_TOLD = 0.7


def evidence(judgement: Judgement) -> Evidence | None:
    """Show what the nearest caption of the other side says as well."""
    claim, closest = judgement.sides.claim, judgement.coverage.closest
    if closest is None:
        return None
    bag = closest.outline.bag
    here = [m for m in claim.outline.mentions if m.told(bag) >= _TOLD]
    there = [m.token for m in closest.outline.mentions if m.told(claim.outline.bag) >= _TOLD]
    if not here:
        return None
    words = [m.token for m in here]
    return Evidence(
        f"a caption there says {closest.quote(there) or claim.quote(words)} as well",
        claim.spans(words) + closest.spans(there),
    )


LABELER = CategoryLabeler("data_fault", evidence)
