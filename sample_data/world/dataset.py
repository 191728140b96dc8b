"""A split of the data set: its families, their pictures' names, captions and truth."""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from .captions import Caption, captions_of
from .families import sampled_family
from .scene import Scene

SEED = 2138
SIZES = {"test": 600, "val": 150, "train": 8000}
"""Images of each split, in the order in which the splits claim their scenes."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One image to draw, with its captions; ``family`` numbers the scenes that are alike."""

    split: str
    number: int
    family: int
    axis: str
    scene: Scene
    captions: tuple[Caption, ...]

    @property
    def filename(self) -> str:
        """Name of the image's file."""
        return f"{self.split}_{self.number:05d}.png"

    @property
    def dice(self) -> random.Random:
        """Return the dice for everything in the picture that no caption speaks about."""
        return random.Random(f"{SEED}/{self.filename}")


def split_samples(split: str, size: int | None = None) -> list[Sample]:
    """Make the samples of a split, with no scene that an earlier split has.

    ``size`` cuts every split short. Raises ``ValueError`` if two samples share a scene or no
    split has the name.
    """
    if split not in SIZES:
        raise ValueError(f"no split is called {split}; there are {', '.join(SIZES)}")
    taken: set[str] = set()
    samples: list[Sample] = []
    for name in SIZES:
        samples = list(
            _sampled(name, SIZES[name] if size is None else min(size, SIZES[name]), taken)
        )
        if name == split:
            break
    _check_distinct(samples)
    return samples


def _sampled(split: str, size: int, taken: set[str]) -> Iterator[Sample]:
    number = family_number = 0
    while number < size:
        dice = random.Random(f"{SEED}/{split}/{family_number}")
        family = sampled_family(dice)
        while any(scene.key() in taken for scene in family.scenes):
            family = sampled_family(dice)
        taken.update(scene.key() for scene in family.scenes)
        for scene in family.scenes[: size - number]:
            siblings = [other for other in family.scenes if other is not scene]
            captions = captions_of(scene, family.aspect, siblings, dice)
            yield Sample(split, number, family_number, family.axis, scene, tuple(captions))
            number += 1
        family_number += 1


def _check_distinct(samples: list[Sample]) -> None:
    keys = [sample.scene.key() for sample in samples]
    if len(set(keys)) < len(keys):
        raise ValueError("two images show the same scene")


def karpathy(samples: list[Sample]) -> list[dict[str, Any]]:
    """Return the ``images`` of the Karpathy layout, without image and sentence numbers."""
    return [
        {
            "filename": sample.filename,
            "split": sample.split,
            "sentences": [{"raw": caption.text} for caption in sample.captions],
        }
        for sample in samples
    ]


def tokens(text: str) -> list[str]:
    """Split a caption into lower-case words without punctuation."""
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()


def truth_records(samples: list[Sample]) -> list[dict[str, Any]]:
    """Return one JSON object an image: its family, its scene, its captions' claims."""
    return [
        {
            "filename": sample.filename,
            "split": sample.split,
            "family": sample.family,
            "axis": sample.axis,
            "scene": asdict(sample.scene),
            "captions": [
                {"raw": caption.text, "claims": list(caption.claims)} for caption in sample.captions
            ],
        }
        for sample in samples
    ]
