"""Suggests `fine_grained`: a thing, an action or a relation is missing or another one."""

from __future__ import annotations

from plugins.labelers.judgement import Judgement
from plugins.labelers.outline import Outline
from plugins.labelers.readings import Token
from plugins.labelers.sides import Told
from plugins.labelers.suggesting import CategoryLabeler, Evidence

_MISSED = 0.25
_MOST_WORDS = 4
_SORTS = ("thing", "act", "place", "look", "negation", "other", "pronoun", "number")


def evidence(judgement: Judgement) -> Evidence | None:
    """Show what the other side lacks, and what the nearest of its captions says instead."""
    claim = judgement.sides.claim
    if judgement.contrast is not None:
        other = judgement.sides.others[0]
        missing = _by_sort(claim, judgement.contrast.missing)
        extra = _by_sort(other, judgement.contrast.extra)
        return _shown(claim, missing, other, extra)
    heard = [h for h in judgement.coverage.heard if h.missed > _MISSED]
    heard.sort(key=lambda h: -h.missed * (h.salience + 0.5))
    missing = [h.mention.token for h in heard[:_MOST_WORDS]]
    closest = judgement.coverage.closest
    if not missing or closest is None:
        return None
    return _shown(claim, missing, closest, _instead(claim.outline, closest))


def _shown(claim: Told, missing: list[Token], other: Told, extra: list[Token]) -> Evidence | None:
    if not missing and not extra:
        return None
    here = claim.quote(missing) or "nothing more"
    there = other.quote(extra) or "nothing of it"
    return Evidence(f"{here} here, {there} there", claim.spans(missing) + other.spans(extra))


def _by_sort(told: Told, positions: tuple[int, ...]) -> list[Token]:
    """Take things and acts before relations, and these before what things are like."""
    found = [(_SORTS.index(told.outline.sorts[i]), i) for i in positions]
    return [told.outline.reading.words[i] for _, i in sorted(found)[:_MOST_WORDS]]


def _instead(claim: Outline, closest: Told) -> list[Token]:
    mentions = closest.outline.mentions
    found = [m for m in mentions if m.weight > _MISSED and not m.told(claim.bag)]
    return [m.token for m in found if m.sort in ("thing", "act")][:_MOST_WORDS]


LABELER = CategoryLabeler("fine_grained", evidence)
