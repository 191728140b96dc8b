import numpy as np
import pytest

from workbench.analysis.errors import QueryError
from workbench.analysis.proportion import fix_rate, wilson


def test_wilson_by_hand():
    # 8 of 10 at z = 1.96: the textbook's 0.49 to 0.943.
    interval = wilson(0.8, 10, 1.96)
    assert (interval.low, interval.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    for limit in (interval.low, interval.high):  # where the score test just rejects
        assert abs(0.8 - limit) == pytest.approx(1.96 * np.sqrt(limit * (1 - limit) / 10))


@pytest.mark.parametrize("all_fixed", [True, False])
def test_all_or_none_fixed_still_leaves_doubt(all_fixed):
    rate = fix_rate(np.full(60, all_fixed), np.repeat(np.arange(12), 5))
    assert rate.share.value == all_fixed
    assert 0.2 < rate.share.high - rate.share.low < 0.35


def test_agreeing_captions_of_an_image_are_worth_one():
    random = np.random.default_rng(1)
    by_image = random.random(40) < 0.3
    together = fix_rate(np.repeat(by_image, 5), np.repeat(np.arange(40), 5)).share
    alone = fix_rate(by_image, np.arange(40)).share
    assert (together.low, together.high) == pytest.approx((alone.low, alone.high), rel=0.03)


def test_one_query_an_image_is_the_plain_interval_with_students_t():
    share, plain = fix_rate(np.arange(20) < 6, np.arange(20)).share, wilson(0.3, 20, 2.0930240544)
    assert (share.low, share.high) == pytest.approx((plain.low, plain.high), abs=1e-9)


@pytest.mark.parametrize(("truth", "agree"), [(0.5, 0.8), (0.9, 0.8), (0.9, 0.0), (0.97, 0.8)])
def test_intervals_cover_the_truth(truth, agree):
    # In a share ``agree`` of the 25 images all captions share one fate.
    random = np.random.default_rng(0)
    cluster = np.repeat(np.arange(25), random.integers(1, 6, 25))
    covered = []
    for _ in range(1500):
        fate, own = random.random(25) < truth, random.random(cluster.size) < truth
        fixed = np.where((random.random(25) < agree)[cluster], fate[cluster], own)
        share = fix_rate(fixed, cluster).share
        covered.append(share.low <= truth <= share.high)
    assert 0.93 <= np.mean(covered) <= 0.995


def test_under_ten_images_there_are_no_limits():
    rate = fix_rate(np.arange(45) % 5 < 2, np.repeat(np.arange(9), 5))
    assert (rate.k, rate.n, rate.n_images) == (18, 45, 9)
    assert rate.share.value == 0.4
    assert rate.share.low is rate.share.high is None


def test_without_failures_nothing_is_known():
    rate = fix_rate(np.array([], bool), np.array([], int))
    assert (rate.k, rate.n) == (0, 0)
    assert np.isnan(rate.share.value)
    assert rate.share.low is None


def test_what_does_not_fit_is_refused():
    with pytest.raises(QueryError, match="fixed must be one boolean a query"):
        fix_rate(np.array([0.5]), np.array([1]))
    with pytest.raises(QueryError, match="same queries"):
        fix_rate(np.array([True]), np.array([1, 2]))
