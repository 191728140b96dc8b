"""What the case widgets draw: text that is already plain, numbers already formatted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LabelState = Literal["none", "suggested", "decided", "skipped"]


@dataclass(frozen=True, slots=True)
class Chip:
    """A label as it stands in a list: `CNT` decided, `CNT?` suggested, `s` skipped, `--` none."""

    text: str
    state: LabelState
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the case list; `other_rank` is the rank in the run that is compared with."""

    query_id: int
    rank: str
    margin: str
    chip: Chip
    star: bool
    cluster: str
    caption: str
    other_rank: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with the character ranges that are evidence, in order and without overlap."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture with its title; `problem` says why there is none."""

    title: str
    path: Path | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a captioner wrote for an image; `who` is short."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class HitView:
    """One of the top k: its picture, the text shown beside it, and whether it is right.

    `said` is what captioners wrote for the image that is, or has, the retrieved item, `image_id`
    that image.
    """

    position: int
    key: str
    score: str
    picture: PictureView
    text: Phrase
    more: tuple[str, ...]
    positive: bool
    said: tuple[Said, ...] = ()
    image_id: int | None = None


@dataclass(frozen=True, slots=True)
class ModelRank:
    """The same query in another run; `share` in [0, 1] is the length of its bar.

    `top` is what was retrieved first, "TRUE" for a right answer, and `top_text` what that says;
    both are "" where it was not read.
    """

    model: str
    rank: str
    share: float
    current: bool
    top: str = ""
    top_text: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """The machine's label and why it says so.

    `record` says how often such suggestions were right here, "" where few are decided.
    """

    name: str
    code: str
    score: str
    reason: str
    record: str = ""


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """Everything about one case that a screen shows.

    In t2i `query` is the caption, `true` the image it belongs to and the hits are images.
    In i2t `true` is the query image, `query` its best caption and the hits are captions.
    `said` is what captioners wrote for the true image, `missing_pair` why the retrieved item may be
    right as well.
    """

    direction: str
    query_id: int
    title: str
    query: Phrase
    siblings: tuple[str, ...]
    true: PictureView
    hits: tuple[HitView, ...]
    ranks: tuple[ModelRank, ...]
    suggestion: SuggestionView | None
    chip: Chip
    label: str
    note: str
    star: bool
    said: tuple[Said, ...] = ()
    missing_pair: str = ""


@dataclass(frozen=True, slots=True)
class LabelOption:
    """A line of the label panel; `suggested` is a score, `taken` says that accepting takes it."""

    key: str
    code: str
    name: str
    colour: str
    count: int
    chosen: bool
    suggested: str
    guideline: str
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the labelling of the list is; `whose` says by whom, "" for one's own alone."""

    total: int
    decided: int
    skipped: int
    counts: tuple[tuple[str, str, int], ...]  # (code, colour, n)
    whose: str = ""

    @property
    def undecided(self) -> int:
        """Cases without a label that were not skipped."""
        return self.total - self.decided - self.skipped


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A decision in the history."""

    decision_id: int
    query_id: int
    direction: str
    dataset_id: int
    time: str
    who: str
    what: str
    note: str
    caption: str = ""
    run: str = ""
    before: str = ""
