"""CIDEr-D: do a caption and its references share the n-grams that tell the image from others?"""

import numpy as np
import numpy.typing as npt

from workbench.analysis.captioning.corpus import Corpus, Ints
from workbench.analysis.captioning.ngrams import ORDERS, Ngrams, ngrams

SIGMA = 6.0
SCALE = 10.0

Floats = npt.NDArray[np.float64]


def cider_d(corpus: Corpus) -> Floats:
    """CIDEr-D (n,) of each image; the corpus' is the mean.

    Similarity of tf-idf weights, clipped and with a Gaussian penalty (sigma 6) on the difference
    in length, averaged over 1- to 4-grams and references, times ten. Document frequencies are
    those of this corpus' references, so a score is known only together with the set it was
    computed in, and a single image scores 0. The numbers are those of pycocoevalcap, which calls
    them CIDEr. Source: Vedantam et al., "CIDEr: consensus-based image description evaluation",
    CVPR 2015, section 8.

    >>> captions = [["a", "red", "dog"], ["two", "cats"]]
    >>> cider_d(Corpus.of(captions, [[caption] for caption in captions])).tolist()
    [7.5, 5.0]
    """
    image = corpus.image[corpus.n :]
    longer = corpus.length[corpus.n :] - corpus.length[image]
    penalty = np.exp(-(longer**2) / (2 * SIGMA**2))
    similar = np.zeros(image.size)
    for of_order in ngrams(corpus):
        similar += _similarity(of_order, _idf(of_order, corpus.n), corpus)
    by_image = np.bincount(image, penalty * similar, corpus.n)
    return SCALE * by_image / (ORDERS * corpus.n_references)


def _idf(grams: Ngrams, n: int) -> Floats:
    """Inverse document frequency (n_grams,): a document is the references of an image."""
    keys = np.sort(grams.key[grams.n_own :])
    held: Ints = keys[np.diff(keys, prepend=-1) > 0] % max(grams.n_grams, 1)
    images_with = np.bincount(held, minlength=grams.n_grams)
    return np.asarray(np.log(n) - np.log(np.maximum(images_with, 1)))


def _similarity(grams: Ngrams, idf: Floats, corpus: Corpus) -> Floats:
    """Clipped cosine (n_references,) of each reference with its image's caption."""
    weight = grams.count * idf[grams.gram]
    norm = np.sqrt(np.bincount(grams.text, weight**2, corpus.length.size))
    own = grams.own()
    shared = np.flatnonzero(own >= 0)
    theirs = weight[grams.n_own :][shared]
    products = np.minimum(weight[own[shared]], theirs) * theirs
    reference = grams.text[grams.n_own :][shared] - corpus.n
    dot = np.bincount(reference, products, corpus.length.size - corpus.n)
    norms = norm[corpus.n :] * norm[corpus.image[corpus.n :]]
    return np.asarray(dot / np.where(norms > 0, norms, 1.0))
