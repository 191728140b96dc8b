"""Cases: queries of a run with what they retrieved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.records.captioning import GeneratedCaption
from store.records.dataset import Caption, Image
from store.records.decision import Verdict
from store.records.direction import Direction
from store.records.suggestion import MissingPair, SuggestionRow


@dataclass(frozen=True, slots=True)
class Case:
    """A query of a run in a list: its result, the best suggestion and the current decision.

    `query` is the caption in t2i and the image's first caption in i2t; `top_text` is the
    wrongly retrieved caption in i2t and the first caption of the retrieved image in t2i.
    `note` and `star` may be anybody's; `own_note` and `own_star` are the annotator's.
    """

    run_id: int
    direction: Direction
    query_id: int
    query: str
    query_key: str
    rank: int
    positive_id: int
    positive_score: float
    top_id: int
    top_score: float
    top_text: str
    margin: float | None
    r_precision: float
    suggestion: str | None
    suggestion_score: float | None
    categories: tuple[str, ...]
    verdict: Verdict
    note: str
    star: bool
    annotator: str | None
    decided_at: str | None
    guide_version: str | None
    cluster: int | None
    own_note: str = ""
    own_star: bool = False


@dataclass(frozen=True, slots=True)
class CaseContext:
    """What an export adds to a case: keys that name its items anywhere, captions, evidence.

    An image's key is its name in the source, a caption's is `image#position`. Generated captions
    are (model, text).
    """

    query_key: str
    true_image: str
    top_key: str
    top_image: str
    top_captions: tuple[str, ...]
    evidence: Mapping[str, Any] | None
    true_generated: tuple[tuple[str, str], ...] = ()
    top_generated: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One of a query's top k, with the image it is or belongs to and that image's captions."""

    position: int
    item_id: int
    score: float
    image: Image
    captions: tuple[Caption, ...]
    positive: bool


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """Everything about one case. `image` and `captions` are the true side's.

    `generated` holds what models wrote for the true image and each hit's, by image id.
    """

    case: Case
    image: Image
    captions: tuple[Caption, ...]
    hits: tuple[Hit, ...]
    suggestions: tuple[SuggestionRow, ...]
    other_ranks: tuple[tuple[int, str, int], ...]  # (run id, model, rank) of the same query
    generated: Mapping[int, tuple[GeneratedCaption, ...]] = field(default_factory=dict)
    missing_pair: MissingPair | None = None


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """A list of cases counted by rank band (from, to), status, label, suggestion and cluster."""

    bands: Mapping[tuple[int, int | None], int]
    status: Mapping[str, int]
    labels: Mapping[str, int]
    hints: Mapping[str, int]
    clusters: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How far the labelling of a filtered list is."""

    total: int
    decided: int
    skipped: int
    by_category: Mapping[str, int] = field(default_factory=dict)

    @property
    def undecided(self) -> int:
        """Cases without a label that were not skipped."""
        return self.total - self.decided - self.skipped
