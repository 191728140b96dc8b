"""A ranking made of ranks alone, for tests of what is computed from it."""

import numpy as np

from workbench.analysis.ranking import Ranking


def ranking_of(ranks, r_precision=None, ap_at_r=None):
    rank = np.asarray(ranks, np.int64)
    rows, scores = np.arange(rank.size), np.zeros(rank.size)
    hit = (rank == 1).astype(float)
    return Ranking(
        query=rows,
        rank=rank,
        positive=rows,
        positive_score=scores,
        top=rows,
        top_score=scores,
        margin=scores,
        r_precision=hit if r_precision is None else np.asarray(r_precision, float),
        ap_at_r=hit if ap_at_r is None else np.asarray(ap_at_r, float),
        hits=np.empty((rank.size, 0), np.int64),
        hit_scores=np.empty((rank.size, 0)),
    )
