"""What tells the categories apart where the other side has several captions."""

from __future__ import annotations

from plugins.labelers.counts import persons
from plugins.labelers.coverage import Coverage, Heard
from plugins.labelers.sides import Sides

_CLEAR = 0.5
_SURE_COUNT = 0.4


def coverage_features(sides: Sides, found: Coverage) -> dict[str, float]:
    """Return what tells the categories apart, for sides with several other captions."""
    things = [h for h in found.heard if h.mention.sort == "thing"]
    acts = [h for h in found.heard if h.mention.sort == "act"]
    looks = [h for h in found.heard if h.mention.sort == "look"]
    whole = sum(h.share for h in found.heard) or 1.0
    told = sum(h.share * h.told for h in found.heard)
    missing = max((h.missed for h in things), default=0.0)
    count = max((m.strength for m in found.miscounts), default=0.0)
    acting = max((h.missed for h in acts), default=0.0)
    against = any(w.value is not None and not w.elsewhere for w in found.wrong)
    swapped = len(found.swaps) / found.bound if found.bound else 0.0
    mood = bool(found.moods and found.moods_there and not found.moods & found.moods_there)
    present, counted = missing < _CLEAR, count < _SURE_COUNT
    nothing = present and counted and not against and acting < _CLEAR and not found.swaps
    return {
        "closest": found.closeness,
        "covered": told / whole,
        "thing missing": missing,
        "first thing missing": 1 - things[0].told if things else 0.0,
        "salient things missing": min(2.0, sum(h.missed * h.salience for h in things)),
        "another thing there": float(any(_excluded(h, sides) for h in things)),
        "thing clearly missing": float(not present),
        "acts covered": sum(h.told for h in acts) / len(acts) if acts else 1.0,
        "act missing": acting,
        "salient act missing": max((h.missed * h.salience for h in acts), default=0.0),
        "look missing": max((h.missed for h in looks), default=0.0),
        "salient look missing": max((h.missed * h.salience for h in looks), default=0.0),
        "count": count,
        "count agrees": float(count == 0),
        "count, nothing missing": count * present,
        "attribute contradicted": float(against),
        "attribute elsewhere": float(any(w.elsewhere for w in found.wrong)),
        "attribute absent": float(any(w.value is None and not w.elsewhere for w in found.wrong)),
        "attribute, nothing else": float(against and present and counted),
        "swaps": min(len(found.swaps), 3) / 3,
        "share swapped": swapped,
        "swapped, nothing else": swapped * (present and counted),
        "several persons": float(len(persons(sides.claim.outline.reading)) > 1),
        "mood": float(mood),
        "mood unanswered": float(bool(found.moods) and not found.moods_there),
        "mood, nothing else": float(mood and nothing),
        "nothing": float(nothing),
        "others alike": _alike(sides),
    }


def _alike(sides: Sides) -> float:
    """Return how much of a caption of the other side its own siblings say too, on average."""
    bags = [told.outline.bag for told in sides.others if told.outline.bag]
    shares = [
        len(bag & frozenset().union(*(b for j, b in enumerate(bags) if j != i))) / len(bag)
        for i, bag in enumerate(bags)
    ]
    return sum(shares) / len(shares) if shares else 0.0


def _excluded(heard: Heard, sides: Sides) -> bool:
    """Say whether the other side names another one of a thing's narrow group instead."""
    if heard.told:
        return False
    language, lemma = sides.claim.outline.reading.language, heard.mention.token.word.lemma
    return any(
        language.excludes(lemma, word) and word not in heard.mention.alike
        for told in sides.others
        for word in told.outline.bag
    )
