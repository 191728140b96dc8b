"""BLEU-1 to BLEU-4 of a corpus, and what each image contributes to them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.analysis.captioning.corpus import Corpus, Ints
from workbench.analysis.captioning.ngrams import ORDERS, Ngrams, ngrams

Floats = npt.NDArray[np.float64]

SMALL, TINY = 1e-9, 1e-15  # of pycocoevalcap: they keep a corpus without matches above zero


@dataclass(frozen=True, slots=True)
class BleuCounts:
    """What BLEU is computed from, per image: sums of these over images are those of the corpus.

    matches           (n, 4) n-grams of the caption that are in a reference, clipped
    totals            (n, 4) n-grams of the caption
    length            (n,) words of the caption
    reference_length  (n,) words of the reference nearest in length, the shorter among equals
    """

    matches: Floats
    totals: Floats
    length: Floats
    reference_length: Floats

    def table(self) -> Floats:
        """All of it side by side (n, 10), as ``bleu`` takes it."""
        return np.column_stack([self.matches, self.totals, self.length, self.reference_length])


def bleu_counts(corpus: Corpus) -> BleuCounts:
    """Matches and lengths of each image's caption.

    An n-gram matches as often as it is in the caption, but no more often than in the reference
    that holds it most (Papineni et al., ACL 2002, section 2.1).
    """
    length = corpus.length[: corpus.n]
    orders = np.arange(ORDERS)
    return BleuCounts(
        matches=np.column_stack([_matches(of_order, corpus.n) for of_order in ngrams(corpus)]),
        totals=np.maximum(length[:, None] - orders, 0).astype(np.float64),
        length=length.astype(np.float64),
        reference_length=_nearest_length(corpus).astype(np.float64),
    )


def bleu(table: Floats) -> Floats:
    """BLEU-1 to BLEU-4 (..., 4) from sums over images of ``BleuCounts.table`` (..., 10).

    Corpus BLEU with the brevity penalty of the nearest reference length, and the two constants of
    pycocoevalcap, which gives the same numbers. Source: Papineni et al., "BLEU: a method for
    automatic evaluation of machine translation", ACL 2002.

    >>> corpus = Corpus.of(["a dog runs fast".split()], [["a dog runs fast now".split()]])
    >>> bleu(bleu_counts(corpus).table().sum(axis=0)).round(4).tolist()
    [0.7788, 0.7788, 0.7788, 0.7788]
    """
    matches, totals = table[..., :ORDERS], table[..., ORDERS : 2 * ORDERS]
    precision = (matches + TINY) / (totals + SMALL)
    means: Floats = np.cumprod(precision, axis=-1) ** (1 / np.arange(1, ORDERS + 1))
    ratio = (table[..., -2:-1] + TINY) / (table[..., -1:] + SMALL)
    return means * np.exp(np.minimum(0.0, 1 - 1 / ratio))


def _matches(grams: Ngrams, n: int) -> Floats:
    own = grams.own()
    shared = own >= 0
    most = np.zeros(grams.n_own, np.int64)
    np.maximum.at(most, own[shared], grams.count[grams.n_own :][shared])
    clipped = np.minimum(grams.count[: grams.n_own], most)
    return np.bincount(grams.image[: grams.n_own], clipped, n).astype(np.float64)


def _nearest_length(corpus: Corpus) -> Ints:
    image, length = corpus.image[corpus.n :], corpus.length[corpus.n :]
    order = np.lexsort((length, np.abs(length - corpus.length[image]), image))
    first = np.flatnonzero(np.diff(image[order], prepend=-1))
    return length[order][first]
