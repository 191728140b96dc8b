"""Suggests `abstract`: mood, intent or judgement differs, and nothing that is drawn."""

from __future__ import annotations

from plugins.labelers.judgement import Judgement
from plugins.labelers.outline import mood_of
from plugins.labelers.suggesting import CategoryLabeler, Evidence


def evidence(judgement: Judgement) -> Evidence | None:
    """Show the mood of both sides."""
    claim, coverage = judgement.sides.claim, judgement.coverage
    if not coverage.moods or coverage.moods & coverage.moods_there:
        return None
    language = claim.outline.reading.language
    named = [t for t in claim.outline.moods if mood_of(t, language) in coverage.moods]
    for told in judgement.sides.others:
        there = [t for t in told.outline.moods if mood_of(t, language) in coverage.moods_there]
        if there:
            return Evidence(
                f"{claim.quote(named)} here, {told.quote(there)} there",
                claim.spans(named) + told.spans(there),
            )
    return Evidence(f"nothing there says {claim.quote(named)}", claim.spans(named))


LABELER = CategoryLabeler("abstract", evidence)
