"""The result of ranking one set of vectors: per query, in both directions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.analysis.tally import EMPTY, POSITIVE, Tally

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """One direction. Every array has one entry per query, in the order of ``query``.

    query           row of the query (a caption in t2i, an image in i2t)
    rank            1 + number of non-positives that score at least as high as the best positive
    positive        row of the best positive; positive_score its score
    top             row of the first hit; top_score its score
    margin          positive_score minus the best non-positive's; NaN where all items are positives
    r_precision     share of the query's P positives among its first P hits
    ap_at_r         average precision over the first P hits
    hits            rows (n, k) of the first k hits; -1 where there are fewer items than k
    hit_scores      their scores (n, k); NaN where there is none

    Hits are ordered by score; equal scores put non-positives before positives, then lower rows
    first. With k = 0 ``top`` is -1 and all that needs hits is NaN.
    """

    query: Rows
    rank: Rows
    positive: Rows
    positive_score: Scores
    top: Rows
    top_score: Scores
    margin: Scores
    r_precision: Scores
    ap_at_r: Scores
    hits: Rows
    hit_scores: Scores

    @property
    def k(self) -> int:
        """Hits kept per query."""
        return int(self.hits.shape[1])


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Both directions of one run; images without captions are no queries of ``i2t``."""

    t2i: Ranking
    i2t: Ranking


def settled(tally: Tally, query: Rows, positive: Rows, n_positives: Rows, k: int) -> Ranking:
    """The ranking that a complete tally amounts to.

    ``query`` (n,) selects and names the rows of ``tally``; ``positive`` and ``n_positives`` (n,)
    are each one's best positive and their number P.
    """
    scores, keys = tally.scores[query], tally.keys[query]  # (n, kept)
    empty = keys == EMPTY
    relevant = (keys >= POSITIVE) & ~empty
    hits = np.where(empty, -1, keys & (POSITIVE - 1))
    scores[empty] = np.nan
    r_precision, ap_at_r = precision_at_r(relevant, n_positives)
    kept = np.where(empty[:, 0], np.nan, 1.0)  # NaN where no hits were kept
    threshold = tally.threshold[query]
    return Ranking(
        query=query,
        rank=tally.above[query].astype(np.int64) + 1,
        positive=positive,
        positive_score=threshold,
        top=hits[:, 0],
        top_score=scores[:, 0],
        margin=threshold - first_chosen(scores, ~relevant & ~empty),
        r_precision=kept * r_precision,
        ap_at_r=kept * ap_at_r,
        hits=hits[:, :k],
        hit_scores=scores[:, :k],
    )


def precision_at_r(relevant: npt.NDArray[np.bool_], n_positives: Rows) -> tuple[Scores, Scores]:
    """R-precision and average precision at R, each (n,).

    ``relevant`` (n, at least the largest P) tells which hits, best first, are positives;
    ``n_positives`` (n,) is P. Source: Musgrave et al., "A Metric Learning Reality Check", ECCV
    2020, section 3.2.

    >>> r_precision, ap_at_r = precision_at_r(np.array([[False, True, True]]), np.array([2]))
    >>> r_precision.item(), ap_at_r.item()
    (0.5, 0.25)
    """
    place = np.arange(1, relevant.shape[1] + 1)
    found = relevant & (place <= n_positives[:, None])
    precision = relevant.cumsum(axis=1) / place
    return found.sum(axis=1) / n_positives, (precision * found).sum(axis=1) / n_positives


def first_chosen(values: Scores, chosen: npt.NDArray[np.bool_]) -> Scores:
    """Per row of ``values`` (n, k) the first that is ``chosen`` (n, k), NaN where none is.

    >>> first_chosen(np.array([[3.0, 2.0], [1.0, 0.0]]), np.array([[False, True], [False, False]]))
    array([ 2., nan])
    """
    first = np.take_along_axis(values, chosen.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(chosen.any(axis=1), first, np.nan)
