"""Ranks with more positives, against sorting by hand, and where kept hits decide them."""

import numpy as np
import pytest

from workbench.analysis.corrected import rank_among_hits, rank_metrics, rank_of_best


@pytest.mark.parametrize("seed", range(20))
def test_the_rank_is_the_place_after_all_ties(seed):
    random = np.random.default_rng(seed)
    scores = random.integers(0, 6, 30).astype(float)
    positive = random.random(30) < 0.15
    positive[3] = True
    order = sorted(range(30), key=lambda n: (-scores[n], positive[n]))
    others = [n for n in order if not positive[n]]
    first = next(n for n in order if positive[n])
    ahead = [n for n in others if scores[n] >= scores[first]]
    assert rank_of_best(scores, positive) == 1 + len(ahead)
    hits = np.array(order[:10])
    found = rank_among_hits(scores[hits], positive[hits])
    assert found in (None, 1 + len(ahead))
    if scores[first] > scores[hits[-1]]:
        assert found == 1 + len(ahead)


def test_a_tie_with_the_last_hit_is_decided_only_by_all_items():
    scores, positive = np.array([3.0, 2.0]), np.array([False, True])
    assert rank_among_hits(scores, positive) is None
    assert rank_among_hits(scores, positive, complete=True) == 2
    assert rank_among_hits(scores, np.zeros(2, bool), complete=True) is None


def test_few_images_have_no_interval():
    rank = np.array([1, 2, 20, 1])
    found = rank_metrics(rank, np.array([7, 7, 8, 9]))
    assert (found["R@1"].value, found["R@1"].low, found["median_rank"].value) == (0.5, None, 1.5)
    many = rank_metrics(np.tile(rank, 10), np.repeat(np.arange(20), [1, 3] * 10))
    assert many["R@1"].low < many["R@1"].value < many["R@1"].high
