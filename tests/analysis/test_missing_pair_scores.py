"""How likely a missing pair is: the formula by hand, and what may never be listed."""

import numpy as np
import pytest

from workbench.analysis.false_negatives import (
    LISTED,
    NEAR_DUPLICATE,
    hash_distances,
    missing_pair_scores,
)


def scores(agreement, models=0.0, distance=np.nan):
    columns = np.broadcast_arrays(*(np.asarray(a, float) for a in (agreement, models, distance)))
    return missing_pair_scores(*columns)


def test_the_log_odds_add_up():
    found = scores([0.5, 0.5, 0.5, 0.5], [0, 1, 0.5, 0], [np.nan, 40, NEAR_DUPLICATE, 9])
    assert found == pytest.approx([0.5, 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(-1.5)), 0.5])


def test_models_and_pixels_alone_make_no_candidate():
    assert (scores(0.0, 1.0, 0) < LISTED).all()
    assert (scores(0.1, 0.0) >= LISTED - 1e-12).all()


def test_certain_captions_stay_below_certainty():
    assert scores(1.0)[()] == pytest.approx(0.99)
    assert scores(1.0, 1.0, 0)[()] < 1


def test_more_evidence_never_lowers_a_score():
    rng = np.random.default_rng(0)
    low, high = np.sort(rng.random((2, 3, 200)), axis=0)
    a = missing_pair_scores(low[0], low[1], 64 * high[2])
    b = missing_pair_scores(high[0], high[1], 64 * low[2])
    assert (b >= a).all()


def test_distance_counts_differing_bits():
    a = np.array([0, 0b1011, 2**64 - 1, 5], np.uint64)
    b = np.array([0, 0b0110, 0, 6], np.uint64)
    found = hash_distances(a, b, np.array([True, True, True, False]))
    assert found[:3].tolist() == [0, 3, 64]
    assert np.isnan(found[3])
