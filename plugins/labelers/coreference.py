"""Suggests `coreference`: everything is on both sides, but with another one."""

from __future__ import annotations

from plugins.labelers.judgement import Judgement
from plugins.labelers.outline import forms_of
from plugins.labelers.readings import Token
from plugins.labelers.sides import Told
from plugins.labelers.suggesting import CategoryLabeler, Evidence

_MOST_PAIRS = 2


def evidence(judgement: Judgement) -> Evidence | None:
    """Show words that changed places, or that the other side tells of different ones."""
    claim = judgement.sides.claim
    if judgement.contrast is not None and judgement.contrast.moved:
        other = judgement.sides.others[0]
        pairs = judgement.contrast.moved
        here = _content(claim, [i for i, _ in pairs])
        there = _content(other, [j for _, j in pairs])
        if here and there:
            return Evidence(
                f"{claim.quote(here)} have changed places",
                claim.spans(here) + other.spans(there),
            )
    swaps = judgement.coverage.swaps[:_MOST_PAIRS]
    if not swaps:
        return None
    told = swaps[0].told
    words = {word for swap in swaps if swap.told is told for word in swap.words}
    here, there = _called(claim, words), _called(told, words)
    return Evidence(
        f"{claim.quote(here)} belong together here, and to different ones there",
        claim.spans(here) + told.spans(there),
    )


def _content(told: Told, positions: list[int]) -> list[Token]:
    outline = told.outline
    kinds = ("thing", "look", "act")
    return [outline.reading.words[i] for i in positions if outline.sorts[i] in kinds]


def _called(told: Told, words: set[str]) -> list[Token]:
    return [token for token in told.outline.reading.words if forms_of(token) & words]


LABELER = CategoryLabeler("coreference", evidence)
