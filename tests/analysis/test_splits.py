import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from workbench.analysis.errors import QueryError
from workbench.analysis.holm import holm
from workbench.analysis.metrics import per_rank
from workbench.analysis.properties import Property
from workbench.analysis.splits import by_lift, splits


def prop(known=None, **masks):
    size = len(next(iter(masks.values())))
    return Property("kind", masks, np.ones(size, bool) if known is None else known)


def one_of(rank, cluster, mask, known=None, k=1):
    return splits(rank, cluster, [prop(known, of=mask)], k=k)[0]


@pytest.fixture
def world():
    """60 images of five captions, a slice that is missed more often, and one that is not."""
    random = np.random.default_rng(3)
    cluster = np.repeat(7 * np.arange(60), 5)
    hard = random.random(300) < 0.3
    rank = np.where(random.random(300) < np.where(hard, 0.7, 0.25), random.integers(2, 9, 300), 1)
    return rank, cluster, {"hard": hard, "any": random.random(300) < 0.4}


def test_one_query_an_image_is_the_pooled_test_of_two_shares():
    # 15 of 30 missed against 20 of 90, by hand: pooled 35/120.
    miss = np.concatenate([np.arange(30) < 15, np.arange(90) < 20])
    found = one_of(np.where(miss, 4, 1), np.arange(120), np.arange(120) < 30)
    z = (15 / 30 - 20 / 90) / np.sqrt(35 / 120 * 85 / 120 * (1 / 30 + 1 / 90))
    assert found.p == pytest.approx(2 * student.sf(z, 29))
    assert (found.misses, found.recall.k, found.recall.n, found.rest.n) == (15, 15, 30, 90)
    assert found.lift == pytest.approx((15 / 30) / (35 / 120))
    assert (found.coverage.k, found.coverage.n) == (15, 35)
    assert found.difference.value == pytest.approx(15 / 30 - 70 / 90)
    # Newcombe's limits from those of the two shares.
    one, rest = found.recall.share, found.rest.share
    low = np.hypot(one.value - one.low, rest.high - rest.value)
    assert found.difference.low == pytest.approx(found.difference.value - low)


def test_the_numbers_are_those_of_all_queries(world):
    rank, cluster, masks = world
    for k in (1, 5):
        for name, found in zip(masks, splits(rank, cluster, [prop(**masks)], k=k), strict=True):
            hits = per_rank(rank)[f"R@{k}"] == 1
            assert found.name == name
            assert found.recall.k == np.count_nonzero(hits & masks[name])
            assert found.recall.share.value == pytest.approx(hits[masks[name]].mean())
            assert found.rest.share.value == pytest.approx(hits[~masks[name]].mean())


def test_what_splits_is_told_from_what_does_not(world):
    hard, other = splits(world[0], world[1], [prop(**world[2])])
    assert hard.p_adjusted < 0.001
    assert hard.difference.high < 0
    assert other.p_adjusted > 0.05
    assert other.difference.low < 0 < other.difference.high
    assert next(split.name for split in by_lift([other, hard])) == "hard"


def test_p_values_are_adjusted_for_all_slices_that_are_tested(world):
    rank, cluster, masks = world
    found = splits(rank, cluster, [prop(**masks), prop(rare=cluster < 7 * 9, two=cluster < 140)])
    rare = next(split for split in found if split.name == "rare")
    assert (rare.few, rare.p, rare.p_adjusted) == (True, None, None)
    assert rare.difference.low is None
    tested = [split for split in found if not split.few]
    wanted = holm(np.array([split.p for split in tested]))
    assert [split.p_adjusted for split in tested] == wanted.tolist()
    assert all(split.p_adjusted >= split.p for split in tested)


def test_a_slice_is_compared_with_the_rest_that_is_known(world):
    rank, cluster, masks = world
    known = np.arange(300) < 200
    found = one_of(rank, cluster, masks["hard"], known)
    hits = rank == 1
    assert found.recall.n == (masks["hard"] & known).sum()
    assert found.rest.share.value == pytest.approx(hits[known & ~masks["hard"]].mean())
    # Lift and coverage are against everything.
    inside = masks["hard"] & known
    assert found.lift == pytest.approx((1 - hits[inside].mean()) / (1 - hits.mean()))
    assert found.coverage.n == (~hits).sum()


def test_slices_without_queries_or_without_rest_are_left_out(world):
    rank, cluster, _ = world
    everything, nothing = np.ones(300, bool), np.zeros(300, bool)
    assert splits(rank, cluster, [prop(all=everything, none=nothing)]) == ()
    assert splits(rank, cluster, [prop(nothing, some=rank > 2)]) == ()
    assert splits(np.array([], int), np.array([], int), []) == ()


@pytest.mark.parametrize("rank", [np.ones(60, int), np.full(60, 9)])
def test_without_failures_or_without_hits_nothing_splits(rank):
    found = one_of(rank, np.arange(60), np.arange(60) < 20)
    assert (found.p, found.p_adjusted, found.difference.value) == (1.0, 1.0, 0.0)
    assert found.difference.low < 0 < found.difference.high
    if rank[0] == 1:
        assert np.isnan(found.lift)
        assert np.isnan(found.coverage.share.value)
        assert by_lift([found]) == []
    else:
        assert (found.lift, found.coverage.share.value) == (1.0, 1 / 3)


def test_a_single_failure():
    rank = np.where(np.arange(60) == 3, 2, 1)
    found = one_of(rank, np.arange(60), np.arange(60) < 20)
    assert (found.misses, found.lift, found.coverage.share.value) == (1, 3.0, 1.0)
    assert found.p > 0.05
    assert found.coverage.share.low is None


def test_a_small_slice_without_a_miss_proves_nothing():
    # 20 queries of a run that misses one in ten: 0 misses happen in 12 % of such slices.
    rank = np.where(np.arange(400) % 10 == 9, 2, 1)
    mask = np.zeros(400, bool)
    mask[np.flatnonzero(rank == 1)[:20]] = True
    found = one_of(rank, np.arange(400), mask)
    assert found.misses == 0
    assert found.p > 0.1
    assert found.difference.low < 0.03


def test_agreeing_captions_of_an_image_are_worth_one():
    random = np.random.default_rng(1)
    rank, mask = np.where(random.random(80) < 0.4, 2, 1), random.random(80) < 0.5
    alone = one_of(rank, np.arange(80), mask)
    together = one_of(np.repeat(rank, 5), np.repeat(np.arange(80), 5), np.repeat(mask, 5))
    assert together.p == pytest.approx(alone.p, rel=0.1)
    assert together.difference.low == pytest.approx(alone.difference.low, abs=0.01)


def test_images_with_captions_on_both_sides_are_compared_within():
    # All of an image's captions fare alike: between the sides there is nothing to find by chance.
    random = np.random.default_rng(2)
    cluster = np.repeat(np.arange(200), 4)
    rank = np.where((random.random(200) < 0.5)[cluster], 2, 1)
    mask = np.tile([True, True, False, False], 200)
    paired = one_of(rank, cluster, mask)
    apart = one_of(rank, np.arange(800) // 2, mask)  # as if either half were an image
    assert paired.difference.value == apart.difference.value == 0
    assert paired.difference.high < 0.2 * apart.difference.high
    rank[mask & (random.random(800) < 0.05)] = 2
    paired, apart = (one_of(rank, images, mask) for images in (cluster, np.arange(800) // 2))
    assert paired.p < 0.03 < 0.2 < apart.p


@pytest.mark.parametrize(
    ("members", "rate", "agree"), [(30, 0.1, 0.5), (15, 0.5, 0.0), (300, 0.3, 0.9)]
)
def test_nothing_is_found_where_nothing_is(members, rate, agree):
    random = np.random.default_rng(0)
    cluster = np.repeat(np.arange(120), 5)
    p_values, covered = [], []
    for _ in range(300):
        fate, own = random.random(120)[cluster], random.random(600)
        shared = (random.random(120) < agree)[cluster]
        mask = np.zeros(600, bool)
        mask[random.choice(600, members, replace=False)] = True
        found = one_of(np.where(np.where(shared, fate, own) < rate, 2, 1), cluster, mask)
        p_values.append(found.p)
        covered.append(found.difference.low <= 0 <= found.difference.high)
    assert np.mean(np.array(p_values) <= 0.05) <= 0.09
    assert np.mean(covered) >= 0.91


@st.composite
def runs(draw):
    n = draw(st.integers(12, 60))
    rank = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    cluster = draw(st.lists(st.integers(0, 25), min_size=n, max_size=n))
    mask = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    return np.array(rank), np.array(cluster), np.array(mask)


@settings(max_examples=150, deadline=None)
@given(runs(), st.integers(1, 3), st.randoms())
def test_invariants(run, k, random):
    rank, cluster, mask = run
    found = splits(rank, cluster, [prop(inside=mask, outside=~mask)], k=k)
    assert len(found) == (2 if 0 < mask.sum() < mask.size else 0)
    if not found:
        return
    inside, outside = found
    misses = int((rank > k).sum())
    assert inside.misses + outside.misses == misses
    if misses:
        assert inside.coverage.share.value + outside.coverage.share.value == pytest.approx(1)
        parts = [split.lift * split.recall.n for split in found]
        assert sum(parts) == pytest.approx(mask.size)
    assert inside.difference.value == pytest.approx(-outside.difference.value)
    if not inside.few:
        assert inside.p == pytest.approx(outside.p)
        assert 0 <= inside.p <= inside.p_adjusted <= 1
        assert inside.difference.low == pytest.approx(-outside.difference.high)
        assert -1 <= inside.difference.low <= inside.difference.value <= inside.difference.high <= 1
    order = list(range(mask.size))
    random.shuffle(order)
    again = splits(rank[order], 100 - 3 * cluster[order], [prop(inside=mask[order])], k=k)[0]
    assert again.recall.k == inside.recall.k
    assert again.p == (None if inside.p is None else pytest.approx(inside.p))
    assert again.lift == pytest.approx(inside.lift, nan_ok=True)


def test_what_does_not_fit_is_refused(world):
    rank, cluster, _ = world
    with pytest.raises(QueryError, match="of must be one boolean a query, not int64"):
        one_of(rank, cluster, np.arange(300))
    with pytest.raises(QueryError, match="same queries"):
        splits(rank, cluster, [Property("p", {"rank": np.ones(7, bool)}, np.ones(300, bool))])
    with pytest.raises(QueryError, match="the rank of query 0 is 0"):
        one_of(np.zeros(300, int), cluster, rank > 1)
