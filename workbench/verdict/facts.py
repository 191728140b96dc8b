"""What a verdict has to know of a run and its data set."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any

from store.records.dataset import Dataset, Image
from store.records.run import Run

FLICKR30K = "flickr30k"
KARPATHY_TEST_IMAGES = 1000
LOOKED_AT = 2000
"""How many images a data set's facts are taken from: a data set may have millions."""
THUMBNAIL_PX = 224
"""Side under which an image is smaller than any of the models' inputs."""

_KARPATHY_TEST = "3561ef20c1ce29ad8138e655ad5a6239d8c6bf191c41b495786d9b3a46d895aa"
# SHA-256 of the numbers that name the 1,000 images of Karpathy's test split, sorted, one a line.
_NAMES = re.compile(r"(?i)(?<![a-z])f(lickr)?[-_ ]?30k")
_READERS = frozenset({"flickr30k_token", "flickr30k_csv"})
_OTHER_SPLITS = frozenset({"train", "restval", "val", "valid", "validation", "dev"})


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """A data set as far as published results depend on it.

    `karpathy_test`: whether its images are those of Karpathy's test split of Flickr30K, None where
    their names do not tell. `small_share`: the share of images whose short side is under
    THUMBNAIL_PX, None without pixels; of the first LOOKED_AT images.
    """

    name: str
    split: str
    reader: str
    source: str
    n_images: int
    n_captions: int
    karpathy_test: bool | None = None
    small_share: float | None = None

    @classmethod
    def of(cls, dataset: Dataset, images: Iterable[Image]) -> DatasetFacts:
        """Look at the names and sizes of a data set's images."""
        keys: list[str] = []
        sized = small = 0
        for image in islice(images, LOOKED_AT):
            keys.append(image.key)
            if image.width is not None and image.height is not None:
                sized += 1
                small += min(image.width, image.height) < THUMBNAIL_PX
        return cls(
            name=dataset.name,
            split=dataset.split,
            reader=dataset.reader,
            source=dataset.source,
            n_images=dataset.n_images,
            n_captions=dataset.n_captions,
            karpathy_test=is_karpathy_test(keys),
            small_share=small / sized if sized else None,
        )


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run as far as published results can be compared with it; metrics are fractions."""

    spec: str
    stage: str
    protocol: Mapping[str, Any]
    dataset: DatasetFacts
    metrics: Mapping[tuple[str, str], float]

    @classmethod
    def of(
        cls, run: Run, dataset: DatasetFacts, metrics: Mapping[tuple[str, str], float]
    ) -> RunFacts:
        """Take what a verdict needs from a run."""
        return cls(run.model, run.stage, run.protocol, dataset, metrics)

    @property
    def prompt(self) -> str | None:
        """What stood before each caption; None where the protocol does not say."""
        prompt = self.protocol.get("prompt")
        return prompt.strip() if isinstance(prompt, str) else None

    @property
    def rerank(self) -> Mapping[str, Any]:
        """How candidates were re-ranked, {} if they were not."""
        found = self.protocol.get("rerank")
        return found if isinstance(found, Mapping) else {}

    @property
    def own_candidates(self) -> bool:
        """Whether no other model chose the candidates that were re-ranked."""
        return self.rerank.get("first_stage") == self.rerank.get("scorer")


def recognised(facts: DatasetFacts) -> str | None:
    """Return the name under which results on this data are published, None if it is not known.

    People name their data freely: the images tell Flickr30K's test split whatever it is called.
    What is called Flickr30K and is something else is recognised too, so that the verdict can say
    so; a split that is called train or val has no published results.

    >>> recognised(DatasetFacts("my-Flickr30k", "all", "csv", "captions.csv", 31_783, 158_915))
    'flickr30k'
    """
    if facts.karpathy_test:
        return FLICKR30K
    if facts.split.lower() in _OTHER_SPLITS:
        return None
    named = _NAMES.search(facts.name) or _NAMES.search(PurePath(facts.source).name)
    return FLICKR30K if named or facts.reader in _READERS else None


def is_karpathy_test(keys: Iterable[str]) -> bool | None:
    """Say whether image names are those of Karpathy's test split, None where they are no numbers.

    Folders and endings do not matter: Flickr's numbers name the images of Flickr30K everywhere.
    """
    numbers = sorted(re.split(r"[/\\]", key)[-1].partition(".")[0] for key in keys)
    if not numbers or not all(number.isdigit() for number in numbers):
        return None
    if len(numbers) != KARPATHY_TEST_IMAGES:
        return False
    return hashlib.sha256("\n".join(numbers).encode()).hexdigest() == _KARPATHY_TEST
