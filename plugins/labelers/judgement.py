"""How likely each category is for a case: the evidence, weighed by weights that were learned.

Two multinomial logistic models, one for a single caption on the other side and one for several.
Their weights are in `weights.json`, written by `benchmarks/train_labelers.py`. The best score
of the former is calibrated on pairs that its weights were not learned from.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from plugins.api import FailureCase
from plugins.labelers.contrast import Contrast, contrast, contrast_features
from plugins.labelers.coverage import Coverage, coverage_of
from plugins.labelers.coverage_features import coverage_features
from plugins.labelers.sides import Sides, sides_of

LEAST_SCORE = 0.05
"""A category that is less likely is not suggested."""

_SAME = 0.9
_MOOD = 0.7


@dataclass(frozen=True, slots=True)
class Judgement:
    """A case with its evidence and the probability of each category."""

    sides: Sides
    coverage: Coverage
    contrast: Contrast | None
    """Word by word against the single caption of the other side, None if there are several."""
    probabilities: Mapping[str, float]


@lru_cache(maxsize=1 << 12)
def judge(case: FailureCase) -> Judgement:
    """Judge a case; all labelers ask about the same one, and it is judged once."""
    sides = sides_of(case)
    coverage = coverage_of(sides)
    if not sides.others or not sides.claim.outline.mentions:
        return Judgement(sides, coverage, None, {})
    if len(sides.others) > 1:
        found = _probabilities("several", coverage_features(sides, coverage))
        return Judgement(sides, coverage, None, found)
    words = contrast(sides.claim.outline, sides.others[0].outline)
    found = _probabilities("single", contrast_features(sides))
    return Judgement(sides, coverage, words, _unseen(found, words, coverage))


def features_of(case: FailureCase) -> tuple[str, dict[str, float]]:
    """Return which model judges a case, and what it is given."""
    sides = sides_of(case)
    if len(sides.others) > 1:
        return "several", coverage_features(sides, coverage_of(sides))
    return "single", contrast_features(sides)


def _unseen(found: dict[str, float], words: Contrast, coverage: Coverage) -> dict[str, float]:
    """Make room for categories that no single caption was learned with."""
    if not words.missing and not words.extra and not words.moved and not coverage.miscounts:
        return _with(found, "data_fault", _SAME)
    moods = coverage.moods and coverage.moods_there and not coverage.moods & coverage.moods_there
    if moods and len(words.missing) <= 2 and len(words.extra) <= 2 and not words.moved:
        return _with(found, "abstract", _MOOD)
    return found


def _with(found: Mapping[str, float], category: str, share: float) -> dict[str, float]:
    return {name: p * (1 - share) for name, p in found.items()} | {category: share}


def _probabilities(model: str, features: Mapping[str, float]) -> dict[str, float]:
    weights = _weights()[model]
    values = [features[name] for name in weights["features"]]
    scores = [
        bias + sum(w * v for w, v in zip(row, values, strict=True))
        for row, bias in zip(weights["weights"], weights["bias"], strict=True)
    ]
    top = max(scores)
    exponents = [math.exp(score - top) for score in scores]
    whole = sum(exponents)
    shares = zip(weights["categories"], (e / whole for e in exponents), strict=True)
    return calibrated(dict(shares), weights.get("calibration"))


def calibrated(
    found: dict[str, float], knots: tuple[Sequence[float], Sequence[float]] | None
) -> dict[str, float]:
    """Let the best score be the share right of such scores; the others share what is left."""
    best = max(found, key=lambda name: found[name])
    share = found[best]
    if knots is None or share < knots[0][0] or share == 1.0:
        return found
    sure = _between(share, *knots)
    rest = (1 - sure) / (1 - share)
    return {name: sure if name == best else p * rest for name, p in found.items()}


def _between(value: float, places: Sequence[float], heights: Sequence[float]) -> float:
    """Read a line with knots at `places`, level behind the last one."""
    i = bisect_right(places, value)
    if i == len(places):
        return heights[-1]
    a, b = places[i - 1], places[i]
    return heights[i - 1] + (heights[i] - heights[i - 1]) * (value - a) / (b - a)


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Any]:
    source = resources.files("plugins.labelers") / "weights.json"
    found: Mapping[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return found
