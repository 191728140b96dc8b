"""Re-ranking by a second stage that scores pairs: BLIP's image-text matching after its cosine.

The first ``k_test`` hits of a query are its candidates. They are put in order by match logit +
first-stage cosine; everything else keeps its first-stage order behind them. Source: Li et al.,
"Align before Fuse", NeurIPS 2021, section 4, and Li et al., "BLIP", ICML 2022, whose published code
gives what is no candidate the score -100: ranks behind ``k_test`` are then undefined. Here they
are the first stage's.
"""

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import VectorError
from workbench.analysis.ranking import (
    Ranking,
    Retrieval,
    Rows,
    Scores,
    first_chosen,
    precision_at_r,
)


def rerank(
    first: Retrieval,
    caption_image: npt.NDArray[np.integer],
    t2i_logits: npt.NDArray[np.floating],
    i2t_logits: npt.NDArray[np.floating],
    *,
    k: int | None = None,
) -> Retrieval:
    """Both directions re-ranked by second-stage logits of each query's first hits.

    Args:
        first: of ``rank_retrieval``, with at least ``k_test`` hits and more hits than any query
            has positives.
        caption_image: (n_captions,) row of each caption's image, as given there.
        t2i_logits: (n_t2i_queries, k_test) match logits of ``first.t2i.hits[:, :k_test]``; of no
            meaning where there is no hit (see ``CandidatePairs.tables``).
        i2t_logits: (n_i2t_queries, k_test), likewise.
        k: hits to keep; as many as ``first`` has if None.

    A query's rank is 1 + the non-positive candidates that score at least as high as its best
    positive candidate; with no positive among the candidates it is the first-stage rank, since all
    that was ahead of the best positive stays ahead. Ties count against the model, and hits with
    equal scores are in the order that ``Ranking`` describes.

    Scores are logit + cosine. What is behind the candidates has no logit, so the scale is carried
    on: an item's score lies below the query's lowest candidate by as much as its cosine lies below
    the last candidate's. Such scores are finite and fall along the hits, but only their order means
    something: a positive that is no candidate has a margin that understates the distance. Still the
    margin is above 0 exactly where the rank is 1, and 0 where a tie decides.

    Raises:
        VectorError: a logit is not finite, a table does not fit; names direction, query and item.
        ValueError: too few hits were kept in ``first``.

    >>> from workbench.analysis.ranks import rank_retrieval
    >>> images = np.eye(3, 8, dtype=np.float32)
    >>> first = rank_retrieval(images, images[[0, 2, 2]], np.arange(3), k=3)
    >>> logits = np.array([[1.0, 2.0], [3.0, -5.0], [4.0, 0.0]])
    >>> second = rerank(first, np.arange(3), logits, logits)
    >>> first.t2i.rank.tolist(), second.t2i.rank.tolist()
    ([1, 3, 1], [2, 3, 1])
    >>> second.t2i.margin.tolist()
    [0.0, -9.0, 5.0]
    """
    owner = np.asarray(caption_image, np.int64)
    t2i, i2t = first.t2i, first.i2t
    own_image = t2i.hits == owner[t2i.query][:, None]
    own_caption = (i2t.hits >= 0) & (owner[i2t.hits] == i2t.query[:, None])
    n_captions = np.bincount(owner)[i2t.query]
    return Retrieval(
        t2i=_reranked(t2i, own_image, np.ones_like(t2i.query), t2i_logits, k, "t2i"),
        i2t=_reranked(i2t, own_caption, n_captions, i2t_logits, k, "i2t"),
    )


def _reranked(
    first: Ranking,
    relevant: npt.NDArray[np.bool_],
    n_positives: Rows,
    logits: npt.NDArray[np.floating],
    k: int | None,
    direction: str,
) -> Ranking:
    """One direction; ``relevant`` (n, first.k) marks the hits that are positives."""
    _check_reach(first, n_positives, direction)
    second = _second_stage(first, logits, direction)
    k_test = second.shape[1]
    lowest, last = _nanmin(second), _nanmin(first.hit_scores[:, :k_test])
    # A score is base - below: nothing below for candidates, the lowest candidate's base for others.
    base = np.hstack([second, np.repeat(lowest[:, None], first.k - k_test, axis=1)])
    below = np.hstack([np.zeros_like(second), last[:, None] - first.hit_scores[:, k_test:]])
    order, rows = _order(first, relevant, second), np.arange(len(second))
    new = rows[:, None], order
    hits, relevant, base, below = first.hits[new], relevant[new], base[new], below[new]
    scores = np.where(hits >= 0, base - below, np.nan)
    among = relevant[:, :k_test].any(axis=1)  # a positive is a candidate
    positive_base = np.where(among, first_chosen(base, relevant), lowest)
    positive_below = np.where(among, 0.0, last - first.positive_score)
    others = ~relevant & (hits >= 0)
    ahead = others[:, :k_test] & (base[:, :k_test] >= positive_base[:, None])
    gap = positive_base - first_chosen(base, others)
    r_precision, ap_at_r = precision_at_r(relevant, n_positives)
    return Ranking(
        query=first.query,
        rank=np.where(among, 1 + ahead.sum(axis=1), first.rank),
        positive=np.where(among, hits[rows, relevant.argmax(axis=1)], first.positive),
        positive_score=positive_base - positive_below,
        top=hits[:, 0],
        top_score=scores[:, 0],
        # Both terms have the same sign, so that no difference is rounded away to a tie.
        margin=gap + (first_chosen(below, others) - positive_below),
        r_precision=r_precision,
        ap_at_r=ap_at_r,
        hits=hits[:, :k],
        hit_scores=scores[:, :k],
    )


def _second_stage(first: Ranking, logits: npt.NDArray[np.floating], direction: str) -> Scores:
    """Logit + cosine of the candidates (n, k_test), NaN where there is no hit."""
    table = np.asarray(logits, np.float64)
    n = first.rank.size
    if table.ndim != 2 or len(table) != n or not 1 <= table.shape[1] <= first.k:
        raise VectorError(
            f"{direction}: logits of {n} queries with up to {first.k} hits, not {table.shape}"
        )
    hits = first.hits[:, : table.shape[1]]
    bad = ~np.isfinite(table) & (hits >= 0)
    if bad.any():
        row, place = np.argwhere(bad)[0].tolist()
        raise VectorError(
            f"{direction}: the logit of query row {first.query[row]} with item row "
            f"{hits[row, place]} is {table[row, place]}"
        )
    return np.where(hits >= 0, table + first.hit_scores[:, : table.shape[1]], np.nan)


def _check_reach(first: Ranking, n_positives: Rows, direction: str) -> None:
    """The hits must hold a non-positive, if there is any, and as many items as positives."""
    only_positives = np.isnan(first.margin)
    needed = n_positives + ~only_positives
    short = (needed > first.k) & (first.hits[:, -1:] >= 0).any(axis=1)
    if first.k == 0 or short.any():
        raise ValueError(
            f"{direction}: {first.k} hits were kept, {int(needed.max(initial=1))} are needed"
        )


def _order(first: Ranking, relevant: npt.NDArray[np.bool_], second: Scores) -> Rows:
    """Places (n, first.k) of the hits in their new order: only the candidates' move."""
    k_test = second.shape[1]
    order = np.tile(np.arange(first.k), (first.rank.size, 1))
    keys = (
        first.hits[:, :k_test],
        relevant[:, :k_test],
        np.where(np.isnan(second), np.inf, -second),
    )
    order[:, :k_test] = np.lexsort(keys, axis=1)
    return order


def _nanmin(values: Scores) -> Scores:
    """Per row the least number, leaving NaN out."""
    least: Scores = np.where(np.isnan(values), np.inf, values).min(axis=1, initial=np.inf)
    return least
