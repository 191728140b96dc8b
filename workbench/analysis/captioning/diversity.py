"""How varied generated captions are, apart from how right they are."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np

from workbench.analysis.captioning.corpus import Tokens

NAN = float("nan")


def diversity(captions: Sequence[Tokens]) -> dict[str, float]:
    """What a set of captions, as words, shows by itself.

    vocabulary           number of different words
    length_p5, length_median, length_p95   percentiles of the number of words of a caption
    distinct-1, distinct-2   different words, and different pairs of neighbours, each over the
                         number of words (Li et al., "A diversity-promoting objective function for
                         neural conversation models", NAACL 2016, section 5.2)
    unique               different captions over captions
    repeated             share of captions that another image has word for word

    Shares are fractions; without captions, or without words, they are NaN. All but the lengths
    depend on how many captions there are: compare sets of the same size.

    >>> diversity([["a", "dog"], ["a", "dog"], ["a", "red", "cat"]])["repeated"]
    0.6666666666666666
    """
    n_words = sum(map(len, captions))
    words = set(chain.from_iterable(captions))
    pairs = set(chain.from_iterable(pairwise(caption) for caption in captions))
    times = Counter(map(tuple, captions))
    repeated = sum(count for count in times.values() if count > 1)
    lengths = [float(len(caption)) for caption in captions] or [NAN]
    low, middle, high = np.percentile(lengths, (5, 50, 95)).tolist()
    return {
        "vocabulary": float(len(words)),
        "length_p5": low,
        "length_median": middle,
        "length_p95": high,
        "distinct-1": len(words) / n_words if n_words else NAN,
        "distinct-2": len(pairs) / n_words if n_words else NAN,
        "unique": len(times) / len(captions) if captions else NAN,
        "repeated": repeated / len(captions) if captions else NAN,
    }
