"""What a search in a run's vectors, or in its captions, has found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.views.place import Way


@dataclass(frozen=True, slots=True)
class EncoderState:
    """What the process that embeds sentences is doing.

    `seconds` is how long it has been loading, or took to; `problem` a sentence where it failed or
    ended.
    """

    name: Literal["off", "loading", "ready", "failed", "ended"]
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """What is searched: the images of a run's data set that can be ranked, by its vectors.

    `model` is the one whose vectors they are, which of a re-ranked run is its first stage's.
    `n_unread` images of the data set cannot be read, so that nothing finds them.
    """

    run_id: int
    model: str
    stage: str
    dataset: str
    split: str
    n_images: int
    n_unread: int


@dataclass(frozen=True, slots=True)
class FoundImage:
    """An image that was found, with a caption of it: of a search for words the one that fits.

    `score` is a cosine, None for words. `above` is the share of the run's true pairs that score
    less, None where scores cannot be compared with theirs.
    """

    position: int
    image_id: int
    key: str
    path: Path | None
    problem: str | None
    caption: str
    score: float | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The images that a search has found, best first.

    query       the sentence, the words, or the key of the image
    n_found     how many images have all the words; of a search by vectors all that were searched
    ranked      how many of the captions with the words were ranked, None for all
    n_pairs     how many true pairs the scores were compared with
    usual       the score that nine in ten true pairs reach, None without them
    unknown     words that no caption of the data set has
    truncated   whether the model read only the beginning of the sentence
    remark      what happened to the encoder on the way, "" for nothing
    """

    way: Way
    query: str
    gallery: Gallery
    images: tuple[FoundImage, ...]
    n_found: int
    ranked: int | None = None
    n_pairs: int = 0
    usual: float | None = None
    unknown: tuple[str, ...] = ()
    truncated: bool = False
    remark: str = ""

    @property
    def weak(self) -> bool:
        """Whether the best score is lower than nine in ten true pairs have."""
        best = self.images[0].score if self.images else None
        return best is not None and self.usual is not None and best < self.usual


@dataclass(frozen=True, slots=True)
class Examples:
    """Captions of a data set to search for; `missed` where they are failures of the run."""

    run_id: int
    texts: tuple[str, ...]
    missed: bool


@dataclass(frozen=True, slots=True)
class Retriever:
    """A query whose first hit is an image; `true` if it is the right one."""

    query_id: int
    text: str
    rank: int
    true: bool


@dataclass(frozen=True, slots=True)
class ImageSheet:
    """All about an image: its captions, and the captions that retrieve it first in a run.

    Of `n_retrievers` such captions, `n_right` of them its own, `retrievers` holds the first, those
    that rank their own image worst.
    """

    run_id: int
    image_id: int
    key: str
    path: Path | None
    problem: str | None
    captions: tuple[str, ...]
    retrievers: tuple[Retriever, ...]
    n_retrievers: int
    n_right: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A case with how alike it is to another one, in [-1, 1]."""

    query_id: int
    alike: float
