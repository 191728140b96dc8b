"""How likely each category is for a case: the evidence, weighed by weights that were learned.

Two multinomial logistic models, one for a single caption on the other side and one for several.
Their weights are in `weights.json`, written by `benchmarks/train_labelers.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from plugins.api import FailureCase
from plugins.labelers.contrast import Contrast, contrast, contrast_features
from plugins.labelers.coverage import Coverage, coverage_features, coverage_of
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
    values = [
        (features[name] - mean) / scale
        for name, mean, scale in zip(
            weights["features"], weights["mean"], weights["scale"], strict=True
        )
    ]
    scores = [
        bias + sum(w * v for w, v in zip(row, values, strict=True))
        for row, bias in zip(weights["weights"], weights["bias"], strict=True)
    ]
    top = max(scores)
    exponents = [math.exp(score - top) for score in scores]
    whole = sum(exponents)
    return {
        name: exponent / whole
        for name, exponent in zip(weights["categories"], exponents, strict=True)
    }


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Any]:
    source = resources.files("plugins.labelers") / "weights.json"
    found: Mapping[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return found
