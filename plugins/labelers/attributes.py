"""Suggests `attributes`: the same thing on both sides, but another colour, size, material, ..."""

from __future__ import annotations

from plugins.labelers.coverage import Wrong
from plugins.labelers.judgement import Judgement
from plugins.labelers.readings import Attribute, Noun, Token
from plugins.labelers.sides import Told
from plugins.labelers.suggesting import CategoryLabeler, Evidence


def evidence(judgement: Judgement) -> Evidence | None:
    """Show what a thing is like on either side, the contradicted values first."""
    claim = judgement.sides.claim
    if judgement.coverage.wrong:
        found = max(judgement.coverage.wrong, key=_strength)
        here = _marked(claim, found.noun, found.attribute)
        there = _marked(found.told, found.other, found.value)
        return Evidence(
            f"{claim.quote(here)} here, {found.told.quote(there)} there",
            claim.spans(here) + found.told.spans(there),
        )
    return _words(judgement) if judgement.contrast is not None else None


def _strength(wrong: Wrong) -> int:
    return 2 * (wrong.value is not None) + wrong.elsewhere


def _marked(told: Told, noun: Noun, attribute: Attribute | None) -> list[Token]:
    marks = {noun.head_start} | ({attribute.start} if attribute is not None else set())
    return [token for token in told.outline.reading.words if token.start in marks]


def _words(judgement: Judgement) -> Evidence | None:
    """Show the words for what something is like that only one caption has, or that moved."""
    assert judgement.contrast is not None
    claim, other = judgement.sides.claim, judgement.sides.others[0]
    pairs = judgement.contrast.moved
    missing = [*judgement.contrast.missing, *(i for i, _ in pairs)]
    extra = [*judgement.contrast.extra, *(j for _, j in pairs)]
    mine, theirs = _looks(claim, missing), _looks(other, extra)
    if not mine and not theirs:
        return None
    return Evidence(
        f"{claim.quote(mine) or 'nothing of it'} here, "
        f"{other.quote(theirs) or 'nothing of it'} there",
        claim.spans(mine) + other.spans(theirs),
    )


def _looks(told: Told, positions: list[int]) -> list[Token]:
    outline = told.outline
    kinds = ("look", "number")
    return [outline.reading.words[i] for i in positions if outline.sorts[i] in kinds]


LABELER = CategoryLabeler("attributes", evidence)
