"""Captions and their references as numbers, so that a metric is a few passes over arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import CaptionError

Ints = npt.NDArray[np.int64]
Tokens = Sequence[str]


@dataclass(frozen=True, slots=True)
class Corpus:
    """One caption and at least one reference for each of ``n`` images.

    Texts are numbered captions first (0 to n - 1, in the order of the images), then references.

    n        number of images
    image    (n_texts,) the image of each text
    length   (n_texts,) its number of words
    words    (n_words,) the words of all texts, one text after another, as numbers
    text     (n_words,) the text of each word
    """

    n: int
    image: Ints
    length: Ints
    words: Ints
    text: Ints

    @classmethod
    def of(cls, captions: Sequence[Tokens], references: Sequence[Sequence[Tokens]]) -> "Corpus":
        """Each image's caption and references, as words.

        Raises:
            CaptionError: a caption lacks references, or the two are not of the same images.

        >>> Corpus.of([["a", "dog"]], [[["a", "black", "dog"], ["dog"]]]).words.tolist()
        [0, 1, 0, 2, 1, 1]
        """
        if len(captions) != len(references):
            raise CaptionError(f"{len(captions)} captions, references of {len(references)} images")
        for row, of_image in enumerate(references):
            if not of_image:
                raise CaptionError(f"the image in row {row} has no reference captions")
        texts = [*captions, *chain.from_iterable(references)]
        length = np.array([len(text) for text in texts], np.int64)
        n_references = np.array([len(of_image) for of_image in references], np.int64)
        images = np.arange(len(captions))
        number: dict[str, int] = {}
        words = [number.setdefault(word, len(number)) for word in chain.from_iterable(texts)]
        return cls(
            n=len(captions),
            image=np.concatenate([images, np.repeat(images, n_references)]),
            length=length,
            words=np.array(words, np.int64),
            text=np.repeat(np.arange(len(texts)), length),
        )

    @property
    def n_references(self) -> Ints:
        """References (n,) of each image."""
        return np.bincount(self.image[self.n :], minlength=self.n)
