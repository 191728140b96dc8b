"""Rows as the rest of the program sees them: frozen, typed, free of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Direction = Literal["t2i", "i2t"]
JobState = Literal["queued", "waiting", "running", "done", "failed", "cancelled", "lost"]
Verdict = Literal["labelled", "skipped", "undecided"]

DIRECTIONS: tuple[Direction, ...] = ("t2i", "i2t")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set split."""

    id: int
    name: str
    split: str
    reader: str
    source: str
    fingerprint: str
    licence: str
    images_root: Path | None
    n_images: int
    n_captions: int
    n_problems: int
    imported_at: str


@dataclass(frozen=True, slots=True)
class NewCaption:
    """A caption about to be imported."""

    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class NewImage:
    """An image about to be imported with its captions; `path` is None without pixels."""

    key: str
    path: Path | None
    width: int | None
    height: int | None
    problem: str | None
    captions: tuple[NewCaption, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """An image of a data set; `problem` says why it cannot be shown or embedded."""

    id: int
    dataset_id: int
    key: str
    path: Path | None
    width: int | None
    height: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption of an image."""

    id: int
    dataset_id: int
    image_id: int
    position: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class DatasetOrder:
    """What stands in which row of the vector arrays of a data set."""

    image_ids: NDArray[np.int64]  # (n_images,)
    caption_ids: NDArray[np.int64]  # (n_captions,)
    caption_image: NDArray[np.int64]  # (n_captions,), the row of the caption's image


@dataclass(frozen=True, slots=True)
class Model:
    """A model with weights."""

    id: int
    spec: str
    plugin: str
    name: str
    weights: str
    fingerprint: str
    parameters: int | None
    embedding_dim: int


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation; what it is called on screen comes from its data set and model."""

    id: int
    dataset_id: int
    model_id: int
    dataset: str
    split: str
    model: str
    stage: str
    status: str
    protocol: Mapping[str, Any]
    job_id: int | None
    seconds: float
    images_per_s: float | None
    captions_per_s: float | None
    peak_memory_bytes: int | None
    created_at: str
    pairs_per_s: float | None = None
    first_run_id: int | None = None  # of a re-ranked run: the run whose first candidates it took
    efficiency: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """A number of a run with its 95 % interval (None where there is none).

    `direction` is "both" for a number over both directions (`r_mean`).
    """

    direction: Direction | Literal["both"]
    name: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RankTable:
    """The results of a run in one direction as columns, one row a query.

    `top_id` is the first candidate, a wrong one if the rank is above 1; -1 where the gallery holds
    no wrong candidate: its score is then not looked at and the margin may be NaN or infinite.
    `hit_ids` is padded with -1.
    """

    direction: Direction
    query_id: NDArray[np.int64]  # (n,)
    rank: NDArray[np.int64]  # (n,), 1-based
    positive_id: NDArray[np.int64]  # (n,)
    positive_score: NDArray[np.floating[Any]]  # (n,)
    top_id: NDArray[np.int64]  # (n,)
    top_score: NDArray[np.floating[Any]]  # (n,)
    margin: NDArray[np.floating[Any]]  # (n,)
    r_precision: NDArray[np.floating[Any]]  # (n,)
    hit_ids: NDArray[np.int64]  # (n, k), best first
    hit_scores: NDArray[np.floating[Any]]  # (n, k)


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's act: the whole state of a case after a key press. Append-only.

    `undoes` names the decision that this row takes back; such a row carries no label itself.
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
class SuggestionRow:
    """A labeler's proposal for a query of a run."""

    query_id: int
    category: str
    score: float
    evidence: Mapping[str, Any]


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
class ProbeQuery:
    """A query to be probed: the caption that is edited, and the true image."""

    query_id: int
    image_id: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """An edit of a query, scored against the true image like the query itself."""

    query_id: int
    category: str
    position: int
    edited: str
    edit: Mapping[str, Any]
    score: float
    edited_score: float


@dataclass(frozen=True, slots=True)
class ProbeColumns:
    """The edits of a category as columns; several are of one query."""

    query_id: NDArray[np.int64]  # (n,)
    image_id: NDArray[np.int64]  # (n,), the true image
    rank: NDArray[np.int64]  # (n,)
    sensitivity: NDArray[np.float64]  # (n,), at most 0: blind


@dataclass(frozen=True, slots=True)
class Clustering:
    """A k-means clustering of a run's failures; `result` is what its job chose to keep."""

    id: int
    run_id: int
    direction: Direction
    k: int
    seed: int
    features: str
    result: Mapping[str, Any]
    created_at: str


@dataclass(frozen=True, slots=True)
class ClusterMembers:
    """Which query lies in which cluster, as columns."""

    query_id: NDArray[np.int64]  # (n,)
    cluster: NDArray[np.int64]  # (n,)
    distance: NDArray[np.floating[Any]]  # (n,), to the cluster's centre
    x: NDArray[np.floating[Any]]  # (n,), position on the map
    y: NDArray[np.floating[Any]]  # (n,)


@dataclass(frozen=True, slots=True)
class Space:
    """What was measured of the space of a run's vectors with certain options."""

    id: int
    run_id: int
    options: Mapping[str, Any]
    result: Mapping[str, Any]
    created_at: str


@dataclass(frozen=True, slots=True)
class ClusterName:
    """What a person named a cluster, and whether it is starred; an empty name is none."""

    cluster: int
    name: str
    annotator: str
    at: str
    star: bool = False


@dataclass(frozen=True, slots=True)
class RunQueries:
    """The queries of a run in one direction, as columns in query order."""

    query_id: NDArray[np.int64]  # (n,)
    rank: NDArray[np.int64]  # (n,)
    top_id: NDArray[np.int64]  # (n,), the first candidate
    image_id: NDArray[np.int64]  # (n,), the query's image


@dataclass(frozen=True, slots=True)
class Case:
    """A query of a run in a list: its result, the best suggestion and the current decision.

    `query` is the caption in t2i and the image's first caption in i2t; `top_text` is the
    wrongly retrieved caption in i2t and the first caption of the retrieved image in t2i.
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
    cluster: int | None


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


@dataclass(frozen=True, slots=True)
class Captioning:
    """The captions that a model wrote for a data set with certain options.

    `done` counts the images captioned so far; the captioning is finished when `status` is "done".
    """

    id: int
    dataset_id: int
    model_id: int
    dataset: str
    split: str
    model: str
    options: Mapping[str, Any]
    protocol: Mapping[str, Any]
    status: Literal["running", "done"]
    done: int
    job_id: int | None
    seconds: float
    images_per_s: float | None
    peak_memory_bytes: int | None
    efficiency: Mapping[str, Any]
    created_at: str


@dataclass(frozen=True, slots=True)
class GeneratedCaption:
    """What a model wrote for an image; `scores` holds numbers of this caption (CIDEr-D ...)."""

    captioning_id: int
    image_id: int
    model: str
    text: str
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaptionMetric:
    """A number of a captioning with its 95 % interval.

    `run_id` is the run whose model gave the vectors (CLIPScore), None for text metrics.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    run_id: int | None = None


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


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of background work as stored; whether it lives is for `workbench.workers` to say.

    `wished_device` is what was asked for, `device` the one it runs (or last ran) on. The queue goes
    by `priority`, highest first, then by `place`. `cancel_requested` is 1 once it was asked to
    stop, 2 to be killed. `per_s` is the measured rate of the stage, None until it is known.
    """

    id: int
    kind: str
    params: Mapping[str, Any]
    state: JobState
    done: int
    total: int
    stage: str
    per_s: float | None
    wished_device: str | None
    device: str | None
    priority: int
    place: int
    held: bool
    attempts: int
    host: str | None
    pid: int | None
    pid_started: float | None
    boot_id: str | None
    parents: tuple[int, ...]
    study: str | None
    origin: Mapping[str, Any]
    result: Mapping[str, Any]
    error: str | None
    cancel_requested: int
    created_at: str
    started_at: str | None
    ended_at: str | None
    waits_for: str | None = None  # not stored: what keeps it from running, in words
