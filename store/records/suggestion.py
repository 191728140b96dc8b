"""What labelers suggest about failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FailureInput:
    """A failed query as labelers need it.

    In t2i `query` is the caption, `positives` the true image's captions (the query included),
    `retrieved` those of the wrongly retrieved image. In i2t `query` is the image's best-scored
    caption, `positives` its captions, and `retrieved` starts with the wrong caption, followed by
    the other captions of its image.
    """

    query_id: int
    query: str
    positives: tuple[str, ...]
    retrieved: tuple[str, ...]
    rank: int
    margin: float
    language: str


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A labeler's proposal for a query of a run."""

    query_id: int
    category: str
    score: float
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MissingPair:
    """A failure as a candidate for a pair that the data set does not list, with its evidence.

    score       how likely the retrieved item is right as well
    agreement   how likely by the captions of both sides alone
    similarity  cosine between the right image and the retrieved one; None without vectors
    distance    of their perceptual hashes, 0 to 64 bits; None without a usable image
    models      how many of `of_models` other models and stages retrieve it above the truth too
    """

    query_id: int
    score: float
    agreement: float
    similarity: float | None
    distance: int | None
    models: int
    of_models: int
