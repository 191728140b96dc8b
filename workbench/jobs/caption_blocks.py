"""Describing images in blocks that are fixed by their place, whatever has been done before.

A block is computed whole even if only some of its images lack a caption. So a resumed job calls
the model with the batches, and draws with the seeds, of an uninterrupted one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from plugins.api import Captioner, CaptionOptions
from store.records.dataset import Image
from workbench.compute.batches import Batches
from workbench.compute.broken import BrokenImages
from workbench.compute.efficiency import Spent
from workbench.compute.prepared import prepared

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLED_BLOCK = 16
"""Images that are sampled together. What is drawn for one depends on the others, so that this
number must not follow the memory of a machine."""


@dataclass(frozen=True, slots=True)
class Describer:
    """Describes images with one model; `spent` adds up what the time went into."""

    model: Captioner
    options: CaptionOptions
    batches: Batches
    spent: Spent = field(default_factory=Spent)

    def blocks(
        self,
        images: Sequence[Image],
        missing: Collection[int],
        broken: BrokenImages,
        device: str = "cpu",
    ) -> Iterator[list[tuple[int, str]]]:
        """Yield (image id, caption) of every block in which an image lacks its caption.

        An image that turns out to be broken gets none; `broken` is told of it.
        """
        size = SAMPLED_BLOCK if self.options.method == "nucleus" else self.batches.planned
        starts = [
            start
            for start in range(0, len(images), size)
            if any(image.id in missing for image in images[start : start + size])
        ]
        blocks = [images[start : start + size] for start in starts]
        with closing(prepared(self.model, blocks, self.spent, device=device)) as stream:
            for start, block, pictures in zip(starts, blocks, stream, strict=True):
                broken.look(block, pictures.problems)
                whole = [block[place] for place in pictures.places]
                texts = self._describe(pictures.pixels, start) if whole else []
                yield [(image.id, text) for image, text in zip(whole, texts, strict=True)]

    def _describe(self, pixels: NDArray[np.float32], start: int) -> list[str]:
        done = start

        def generate(part: NDArray[np.float32]) -> NDArray[np.object_]:
            nonlocal done
            options = replace(self.options, seed=_seed(self.options.seed, done))
            with self.spent.on("model"):
                texts = self.model.generate_captions(part, options)
            done += len(part)
            return np.array(texts, dtype=object)

        return list(self.batches.run(generate, pixels))


def _seed(seed: int, place: int) -> int:
    """Mix the user's seed with a place, so that neither another seed nor place draws the same."""
    return int(np.random.SeedSequence((seed, place)).generate_state(1)[0])
