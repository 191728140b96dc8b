"""ROUGE-L: the longest words in common, in order, between a caption and its references."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workbench.analysis.captioning.corpus import Corpus

BETA = 1.2


def rouge_l(corpus: Corpus) -> npt.NDArray[np.float64]:
    """ROUGE-L (n,) of each image; the corpus' is the mean.

    F-score with beta 1.2 of the best precision and the best recall over the references, as
    pycocoevalcap computes it. An empty caption scores 0. Source: Lin, "ROUGE: a package for
    automatic evaluation of summaries", 2004, section 3.

    >>> corpus = Corpus.of([["a", "dog", "runs"]], [[["the", "dog", "runs"], ["a", "cat"]]])
    >>> rouge_l(corpus).round(4).tolist()
    [0.6667]
    """
    ends = corpus.length.cumsum().tolist()
    words = corpus.words.tolist()
    texts = [
        words[end - size : end] for end, size in zip(ends, corpus.length.tolist(), strict=True)
    ]
    images = corpus.image[corpus.n :]
    common = np.empty(images.size)
    own, places = -1, dict[int, int]()
    for row, image in enumerate(images.tolist()):
        if image != own:
            own, places = image, _places(texts[image])
        common[row] = _common(texts[corpus.n + row], places, len(texts[image]))
    first = np.flatnonzero(np.diff(images, prepend=-1))
    best = np.maximum.reduceat(common, first) if first.size else common
    by_length = common / np.maximum(corpus.length[corpus.n :], 1)
    recall = np.maximum.reduceat(by_length, first) if first.size else by_length
    precision = best / np.maximum(corpus.length[: corpus.n], 1)
    weighted = recall + BETA**2 * precision
    return (1 + BETA**2) * precision * recall / np.where(weighted > 0, weighted, 1.0)


def _places(caption: Sequence[int]) -> dict[int, int]:
    """For each word a number with a bit set wherever the caption holds it."""
    places: dict[int, int] = {}
    for place, word in enumerate(caption):
        places[word] = places.get(word, 0) | 1 << place
    return places


def _common(text: Sequence[int], places: dict[int, int], size: int) -> int:
    """Length of the longest common subsequence with a caption of ``size`` words.

    One addition a word moves all of a row of the usual table at once: Hyyro, "Bit-parallel LCS-
    length computation revisited", AWOCA 2004.
    """
    everywhere = (1 << size) - 1
    row = everywhere
    for word in text:
        matches = row & places.get(word, 0)
        row = (row + matches | row - matches) & everywhere
    return size - row.bit_count()
