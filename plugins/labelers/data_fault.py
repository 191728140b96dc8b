"""Suggests `data_fault`: the captions of the other side satisfy the claim as well."""

from __future__ import annotations

from plugins.labelers.judgement import Judgement
from plugins.labelers.outline import Outline
from plugins.labelers.readings import Token
from plugins.labelers.suggesting import CategoryLabeler, Evidence

_SAME, _BROADER = 0.9, 0.7
"""How far a word is told that is said in other words, and one that only a broader word covers."""

_MOST_UNSAID = 3


def evidence(judgement: Judgement) -> Evidence | None:
    """Show what the nearest caption of the other side says as well, and what none of them says."""
    claim, coverage = judgement.sides.claim, judgement.coverage
    closest = coverage.closest
    if closest is None:
        return None
    for least in (_SAME, _BROADER):
        here, there = _shared(claim.outline, closest.outline, least)
        if here:
            break
    else:
        return None
    unsaid = claim.quote([h.mention.token for h in coverage.heard if h.told < _SAME][:_MOST_UNSAID])
    return Evidence(
        f"a caption there says {closest.quote(there) or claim.quote(here)} as well"
        + (f"; none says {unsaid}" if unsaid else ""),
        claim.spans(here) + closest.spans(there),
    )


def _shared(claim: Outline, other: Outline, least: float) -> tuple[list[Token], list[Token]]:
    """Return the words of each that the other tells as well."""
    here = [m.token for m in claim.mentions if m.told(other.bag) >= least]
    return here, [m.token for m in other.mentions if m.told(claim.bag) >= least]


LABELER = CategoryLabeler("data_fault", evidence)
