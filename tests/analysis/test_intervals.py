import numpy as np
import pytest
from ranking_of import ranking_of

from workbench.analysis.intervals import Interval, replicate, resample, summarise
from workbench.analysis.metrics import METRICS, RECALLS, metrics
from workbench.analysis.ranking import Retrieval
from workbench.analysis.ranks import rank_retrieval

RESAMPLES = 40


@pytest.fixture
def clustered():
    """Ranks, all different, of 1 to 7 captions an image, and the image of each, in no order."""
    random = np.random.default_rng(3)
    cluster = random.permutation(np.repeat(np.arange(30), random.integers(1, 8, size=30)))
    shares = random.random((2, cluster.size))
    return ranking_of(1 + random.permutation(cluster.size), *shares), cluster


def test_replicates_are_those_of_a_plain_loop(clustered):
    ranking, cluster = clustered
    fast = replicate(ranking, cluster, 30, seed=7, resamples=RESAMPLES)
    (weights,) = resample(30, seed=7, resamples=RESAMPLES)
    for row, drawn in enumerate(weights):
        again = np.repeat(np.arange(cluster.size), drawn.astype(int)[cluster])
        slow = metrics(
            ranking_of(ranking.rank[again], ranking.r_precision[again], ranking.ap_at_r[again])
        )
        for name in METRICS:
            assert fast[name][row] == pytest.approx(slow[name], rel=1e-12), name


def test_every_resample_draws_as_many_images_as_there_are():
    (weights,) = resample(50, seed=0, resamples=200)
    assert (weights.sum(axis=1) == 50).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(50), abs=0.3)


def test_draws_do_not_depend_on_how_many_are_made_at_a_time():
    at_once = np.concatenate(list(resample(50, seed=4, resamples=20)))
    by_seven = np.concatenate(list(resample(50, seed=4, resamples=20, cells=7 * 50)))
    np.testing.assert_array_equal(at_once, by_seven)


def test_equal_seeds_draw_equal_images(clustered):
    ranking, cluster = clustered
    first, again, other = (
        replicate(ranking, cluster, 30, seed=seed, resamples=RESAMPLES)["MRR"] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_intervals_cover_the_truth_although_captions_of_an_image_agree():
    # All five captions of an image succeed or fail together: resampling captions instead of
    # images would give intervals less than half as wide, which cover about 60 %.
    random = np.random.default_rng(0)
    covered = []
    for _ in range(200):
        found = np.repeat(random.random(60) < 0.4, 5)
        ranking = ranking_of(np.where(found, 1, 20))
        replicates = replicate(ranking, np.repeat(np.arange(60), 5), 60, resamples=300)["R@1"]
        low, high = np.percentile(replicates, (2.5, 97.5))
        covered.append(low <= 0.4 <= high)
    assert 0.88 <= np.mean(covered) <= 0.99


@pytest.fixture(scope="module")
def small_run():
    """Twelve images of which one has no captions."""
    random = np.random.default_rng(2)
    images = random.standard_normal((12, 16)).astype(np.float32)
    owner = random.permutation(np.repeat([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11], 3))
    captions = images[owner] + random.standard_normal((33, 16)).astype(np.float32)
    images /= np.linalg.norm(images, axis=1, keepdims=True)
    captions /= np.linalg.norm(captions, axis=1, keepdims=True)
    return rank_retrieval(images, captions, owner), owner


def test_summary_holds_every_metric_with_its_interval(small_run):
    summary = summarise(*small_run)
    assert tuple(summary["t2i"]) == tuple(summary["i2t"]) == METRICS
    assert tuple(summary["both"]) == ("r_mean",)
    for direction in summary.values():
        for interval in direction.values():
            assert interval.low <= interval.value <= interval.high
    assert summary["t2i"]["R@1"].low < summary["t2i"]["R@1"].high


def test_summary_values_are_the_metrics(small_run):
    retrieval, _ = small_run
    summary = summarise(*small_run)
    assert {name: i.value for name, i in summary["t2i"].items()} == metrics(retrieval.t2i)
    recalls = [summary[direction][name].value for direction in ("t2i", "i2t") for name in RECALLS]
    assert summary["both"]["r_mean"].value == pytest.approx(np.mean(recalls))


def test_r_mean_resamples_both_directions_together():
    # The directions agree, so their mean varies as much as each: drawn apart it would vary less.
    random = np.random.default_rng(1)
    rank = np.where(random.random(400) < 0.5, 1, 20)
    both = Retrieval(t2i=ranking_of(rank), i2t=ranking_of(rank))
    summary = summarise(both, np.arange(400))
    mean, recall = summary["both"]["r_mean"], summary["t2i"]["R@5"]
    assert (mean.low, mean.high) == pytest.approx((recall.low, recall.high))


def test_seed_decides_the_limits(small_run):
    assert summarise(*small_run, seed=1) == summarise(*small_run, seed=1)
    assert summarise(*small_run, seed=1) != summarise(*small_run, seed=2)


def test_under_ten_images_there_is_no_interval():
    ranking = ranking_of([1, 2, 1, 1, 3, 1, 1, 9, 1])
    summary = summarise(Retrieval(t2i=ranking, i2t=ranking), np.arange(9))
    assert summary["t2i"]["R@1"] == Interval(6 / 9, None, None)
    assert summary["both"]["r_mean"].low is None
