"""n-grams of a corpus, counted: which text holds which n-gram how often."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.analysis.captioning.corpus import Corpus, Ints

ORDERS = 4


@dataclass(frozen=True, slots=True)
class Ngrams:
    """All n-grams of one order: entry i says that ``text`` holds ``gram`` ``count`` times.

    Entries are sorted by text, then gram; the first ``n_own`` are of captions, the others of
    references. ``image`` is the image of each entry's text, ``n_grams`` the number of different
    n-grams.
    """

    n_grams: int
    n_own: int
    image: Ints
    text: Ints
    gram: Ints
    count: Ints

    @property
    def key(self) -> Ints:
        """One number for an image and an n-gram, ascending along the captions' entries."""
        return self.image * self.n_grams + self.gram

    def own(self) -> Ints:
        """For each entry of a reference that of its image's caption with the same n-gram, or -1."""
        key = self.key
        captions, references = key[: self.n_own], key[self.n_own :]
        if not captions.size:
            return np.full(references.size, -1)
        at = np.minimum(captions.searchsorted(references), captions.size - 1)
        return np.where(captions[at] == references, at, -1)


def ngrams(corpus: Corpus) -> Iterator[Ngrams]:
    """The n-grams of order 1, 2, 3 and 4.

    >>> first = next(ngrams(Corpus.of([["a", "dog", "a"]], [[["a", "cat"]]])))
    >>> first.text.tolist(), first.gram.tolist(), first.count.tolist(), first.own().tolist()
    ([0, 0, 1, 1], [0, 1, 0, 2], [2, 1, 1, 1], [0, -1])
    """
    words, text = corpus.words, corpus.text
    start, gram = np.arange(words.size), words
    n_words = int(words.max(initial=-1)) + 1
    yield _counted(corpus, text, gram)
    for order in range(2, ORDERS + 1):
        last = start + order - 1
        inside = last < words.size
        inside[inside] = text[last[inside]] == text[start[inside]]
        start = start[inside]
        longer = gram[inside] * n_words + words[start + order - 1]
        gram = np.unique(longer, return_inverse=True)[1]
        yield _counted(corpus, text[start], gram)


def _counted(corpus: Corpus, text: Ints, gram: Ints) -> Ngrams:
    n_grams = int(gram.max(initial=-1)) + 1
    entries, count = np.unique(text * n_grams + gram, return_counts=True)
    of_text, of_gram = np.divmod(entries, max(n_grams, 1))
    n_own = int(of_text.searchsorted(corpus.n))
    return Ngrams(n_grams, n_own, corpus.image[of_text], of_text, of_gram, count)
