"""What people decided about cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from store.records.direction import Direction

Verdict = Literal["labelled", "skipped", "undecided"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's act: the whole state of a case after a key press. Append-only.

    `undoes` names the row that this one takes back, a decision or, where `redoes`, an undo; such a
    row carries no label itself.
    """

    id: int
    dataset_id: int
    direction: Direction
    query_id: int
    top_id: int
    annotator: str
    categories: tuple[str, ...]
    verdict: Verdict
    note: str
    star: bool
    suggestion: str | None
    suggestion_score: float | None
    guide_version: str
    run_id: int | None
    at: str
    undoes: int | None
    redoes: bool


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision about to be stored."""

    dataset_id: int
    direction: Direction
    query_id: int
    top_id: int
    annotator: str
    categories: tuple[str, ...]
    verdict: Verdict
    note: str = ""
    star: bool = False
    suggestion: str | None = None
    suggestion_score: float | None = None
    guide_version: str = ""
    run_id: int | None = None
    at: str | None = None  # when it was made, for a decision that is restored from a file


@dataclass(frozen=True, slots=True)
class LabelledCase:
    """What an annotator labelled a case with, and the machine's best suggestion for it now.

    `image_id` is the query's own image.
    """

    annotator: str
    query_id: int
    top_id: int
    image_id: int
    categories: tuple[str, ...]
    suggestion: str | None
