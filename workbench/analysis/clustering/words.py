"""The words that tell the captions of one cluster from those of the others."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

WORDS = 6
_KEPT = (
    "one two three four five six eight nine ten eleven twelve fifteen twenty forty fifty sixty "
    "hundred first third several few many both each all none no not without other others another "
    "together alone he him his himself she her hers herself they them their themselves it its "
    "itself i me my mine you your we us our who whose empty full front back bottom top side "
    "above below behind between beside under over"
)
KEPT = frozenset(_KEPT.split())
"""Words of scikit-learn's list of stop words that failures of retrieval are about: numbers,
pronouns, negation and places."""


def distinctive_words(
    texts: Sequence[str], label: npt.NDArray[np.int64], n_clusters: int, *, words: int = WORDS
) -> list[list[str]]:
    """The most distinctive words of each cluster, most distinctive first; none without words.

    ``texts`` (n,) are put together by ``label`` (n,). Class-based tf-idf: a word's share of the
    words of a cluster, times log(1 + A / f) with A the mean number of words in a cluster and f how
    often the word occurs in all (Grootendorst, "BERTopic", arXiv:2203.05794, 2022). A word counts
    once a text, however often a long text repeats it, and only where its share is larger than
    in the other clusters together. Stop words are scikit-learn's but for ``KEPT``; those of other
    languages are held down by the logarithm alone. Of equal words the first by letters comes first.

    >>> distinctive_words(["two dogs", "two dogs run", "a cat"], np.array([0, 0, 1]), 2)
    [['dogs', 'two', 'run'], ['cat']]
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    counter = CountVectorizer(
        binary=True, token_pattern=r"\w+", stop_words=sorted(ENGLISH_STOP_WORDS - KEPT)
    )
    try:
        table = counter.fit_transform(texts)
    except ValueError:  # "empty vocabulary": nowhere a word
        return [[] for _ in range(n_clusters)]
    vocabulary = counter.get_feature_names_out()
    counts = np.stack([np.asarray(table[label == n].sum(axis=0))[0] for n in range(n_clusters)])
    total = counts.sum(axis=0)  # (n_words,)
    sizes = counts.sum(axis=1, keepdims=True)  # (n_clusters, 1)
    share = counts / np.maximum(sizes, 1)
    elsewhere = (total - counts) / np.maximum(sizes.sum() - sizes, 1)
    score = np.where(share > elsewhere, share * np.log1p(sizes.mean() / total), 0.0)
    order = np.argsort(-score, axis=1, kind="stable")  # the vocabulary is sorted
    return [
        [str(vocabulary[word]) for word in order[n][:words] if score[n, word] > 0]
        for n in range(n_clusters)
    ]
