"""Suggests `counting`: the same thing on both sides, but not as many of it."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.labelers.judgement import Judgement
from plugins.labelers.readings import Noun, Token
from plugins.labelers.sides import Told
from plugins.labelers.suggesting import CategoryLabeler, Evidence


def evidence(judgement: Judgement) -> Evidence | None:
    """Show the surest number that contradicts the claim's, else numbers that differ."""
    claim = judgement.sides.claim
    if judgement.coverage.miscounts:
        found = max(judgement.coverage.miscounts, key=lambda miscount: miscount.strength)
        here, there = _words(claim, found.claim), _words(found.told, found.other)
        return Evidence(
            f"{_phrases(claim, found.claim)} here, {_phrases(found.told, found.other)} there",
            claim.spans(here) + found.told.spans(there),
        )
    if judgement.contrast is None:
        return None
    other = judgement.sides.others[0]
    mine = [claim.outline.reading.words[i] for i in judgement.contrast.missing]
    theirs = [other.outline.reading.words[j] for j in judgement.contrast.extra]
    mine, theirs = ([t for t in side if t.tag == "number"] for side in (mine, theirs))
    if not mine and not theirs:
        return None
    return Evidence(
        f"{claim.quote(mine) or 'no number'} here, {other.quote(theirs) or 'no number'} there",
        claim.spans(mine) + other.spans(theirs),
    )


def _words(told: Told, nouns: Sequence[Noun]) -> list[Token]:
    words = told.outline.reading.words
    return [t for t in words if any(n.start <= t.start and t.end <= n.end for n in nouns)]


def _phrases(told: Told, nouns: Sequence[Noun]) -> str:
    return " and ".join("'" + " ".join(told.text[n.start : n.end].split()) + "'" for n in nouns)


LABELER = CategoryLabeler("counting", evidence)
