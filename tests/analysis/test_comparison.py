import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ranking_of import ranking_of

from workbench.analysis.comparison import Quadrants, paired, quadrants
from workbench.analysis.errors import QueryError
from workbench.analysis.intervals import replicate, resample
from workbench.analysis.metrics import metrics

RANK_METRICS = ("R@1", "R@5", "R@10", "median_rank", "mean_rank", "MRR")


@pytest.fixture
def runs():
    """Ranks of two runs that agree in part, of 1 to 7 captions an image, images in no order."""
    random = np.random.default_rng(4)
    cluster = random.permutation(np.repeat(100 + 7 * np.arange(30), random.integers(1, 8, 30)))
    rank_a = random.geometric(0.2, cluster.size)
    rank_b = np.where(
        random.random(cluster.size) < 0.6, rank_a, random.geometric(0.3, cluster.size)
    )
    return rank_a, rank_b, cluster


def test_differences_are_those_of_a_plain_loop(runs):
    rank_a, rank_b, cluster = runs
    found = paired(rank_a, rank_b, cluster, seed=3, resamples=60)
    assert tuple(found) == RANK_METRICS
    ids = np.unique(cluster)
    differences = []
    for weights in np.concatenate(list(resample(30, seed=3, resamples=60))):
        drawn = np.concatenate(
            [np.repeat(np.flatnonzero(cluster == image), int(times))
             for image, times in zip(ids, weights, strict=True)]
        )  # fmt: skip
        of_a, of_b = (metrics(ranking_of(rank[drawn])) for rank in (rank_a, rank_b))
        differences.append({name: of_b[name] - of_a[name] for name in RANK_METRICS})
    for name, one in found.items():
        limits = np.percentile([row[name] for row in differences], (2.5, 97.5))
        assert (one.difference.low, one.difference.high) == pytest.approx(limits), name


def test_values_are_the_metrics(runs):
    rank_a, rank_b, cluster = runs
    of_a, of_b = metrics(ranking_of(rank_a)), metrics(ranking_of(rank_b))
    for name, one in paired(rank_a, rank_b, cluster).items():
        assert (one.a, one.b) == (of_a[name], of_b[name])
        assert one.difference.value == of_b[name] - of_a[name]
        assert one.difference.low <= one.difference.value <= one.difference.high


def test_it_draws_the_images_that_single_runs_draw(runs):
    rank_a, rank_b, cluster = runs
    _, numbers = np.unique(cluster, return_inverse=True)
    of_a, of_b = (replicate(ranking_of(rank), numbers, 30)["MRR"] for rank in (rank_a, rank_b))
    limits = np.percentile(of_b - of_a, (2.5, 97.5))
    found = paired(rank_a, rank_b, cluster)["MRR"].difference
    assert (found.low, found.high) == pytest.approx(limits)


def test_pairing_is_narrower_than_two_runs_apart(runs):
    rank_a, rank_b, cluster = runs
    found = paired(rank_a, rank_b, cluster)["R@1"].difference
    _, numbers = np.unique(cluster, return_inverse=True)
    apart = replicate(ranking_of(rank_b), numbers, 30, seed=1)["R@1"]
    apart = apart - replicate(ranking_of(rank_a), numbers, 30, seed=2)["R@1"]
    low, high = np.percentile(apart, (2.5, 97.5))
    assert found.high - found.low < 0.8 * (high - low)


def test_a_run_does_not_differ_from_itself(runs):
    for one in paired(runs[0], runs[0], runs[2]).values():
        assert (one.difference.value, one.difference.low, one.difference.high) == (0, 0, 0)


def test_swapping_the_runs_turns_the_sign(runs):
    rank_a, rank_b, cluster = runs
    there, back = paired(rank_a, rank_b, cluster), paired(rank_b, rank_a, cluster)
    for name, one in there.items():
        assert one.difference.low == pytest.approx(-back[name].difference.high)


def test_intervals_of_a_difference_cover_the_truth():
    # Each image gains, loses or stays with all five captions: the true difference is 0.1.
    random = np.random.default_rng(0)
    covered = []
    for _ in range(200):
        change = np.repeat(random.choice([-1, 0, 1], p=[0.2, 0.5, 0.3], size=80), 5)
        rank_a = np.where(change > 0, 9, 1)
        rank_b = np.where(change < 0, 9, 1)
        found = paired(rank_a, rank_b, np.repeat(np.arange(80), 5), resamples=300)["R@1"]
        covered.append(found.difference.low <= 0.1 <= found.difference.high)
    assert 0.88 <= np.mean(covered) <= 0.99


def test_r_precision_takes_part_where_both_have_it(runs):
    rank_a, rank_b, cluster = runs
    shares = {"r_precision_a": (rank_a == 1) * 0.5, "r_precision_b": (rank_b == 1) * 0.5}
    found = paired(rank_a, rank_b, cluster, **shares)
    assert tuple(found) == (*RANK_METRICS, "r_precision")
    assert found["r_precision"].b == np.mean(rank_b == 1) / 2
    assert found["r_precision"].difference.low == pytest.approx(found["R@1"].difference.low / 2)
    del shares["r_precision_b"]
    assert tuple(paired(rank_a, rank_b, cluster, **shares)) == RANK_METRICS


def test_under_ten_images_there_are_no_limits():
    rank = np.arange(1, 46)
    nine = paired(rank, rank[::-1], np.arange(45) % 9)
    assert all(one.difference.low is one.difference.high is None for one in nine.values())
    assert nine["mean_rank"].difference.value == 0
    assert paired(rank, rank[::-1], np.arange(45) % 10)["MRR"].difference.low is not None


def test_without_queries_nothing_is_known():
    none = np.array([], np.int64)
    found = paired(none, none, none)
    assert tuple(found) == RANK_METRICS
    assert np.isnan([one.a for one in found.values()]).all()
    assert quadrants(none, none) == Quadrants(0, 0, 0, 0)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1), st.integers(1, 10))
def test_quadrants_are_counted(ranks, k):
    a, b = (np.array(column) for column in zip(*ranks, strict=True))
    found = quadrants(a, b, k)
    assert found.both == sum(x <= k and y <= k for x, y in ranks)
    assert found.only_a == sum(x <= k < y for x, y in ranks)
    assert found.only_b == sum(y <= k < x for x, y in ranks)
    assert found.both + found.only_a + found.only_b + found.neither == len(ranks)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -3.0, 1.5])
def test_what_is_no_rank_is_named(runs, bad):
    rank_a, rank_b, cluster = runs
    spoiled = rank_b.astype(float)
    spoiled[17] = bad
    with pytest.raises(QueryError, match=f"run B: the rank of query 17 is {bad}, not"):
        paired(rank_a, spoiled, cluster)


def test_what_does_not_fit_is_refused(runs):
    rank_a, rank_b, cluster = runs
    with pytest.raises(QueryError, match="same queries: rank_a"):
        paired(rank_a, rank_b[:-1], cluster)
    with pytest.raises(QueryError, match="images must be one integer a query, not float64"):
        paired(rank_a, rank_b, cluster.astype(float))
    with pytest.raises(QueryError, match="run A: the share of query 0 is nan"):
        paired(rank_a, rank_b, cluster, r_precision_a=rank_a * np.nan, r_precision_b=rank_b * 0.0)
    with pytest.raises(QueryError, match="same queries"):
        quadrants(rank_a, rank_b[1:])
    with pytest.raises(QueryError, match="run A: ranks must be one number a query"):
        paired(rank_a[:, None], rank_b, cluster)
