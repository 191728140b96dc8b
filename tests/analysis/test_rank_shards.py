"""Shards of a ranking add up to the ranking, however it was cut and in whatever order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ranks import assert_as_defined, assert_same, medium, problems  # noqa: F401

from workbench.analysis import rank_shards
from workbench.analysis.rank_shards import Shard, count_shard, grid
from workbench.analysis.ranks import ShardedRanking, rank_retrieval


def cut(n_images, n_captions, high, wide):
    places = [
        (a, min(a + high, n_images), b, min(b + wide, n_captions))
        for a in range(0, n_images, high)
        for b in range(0, n_captions, wide)
    ]
    return [Shard(index, *place) for index, place in enumerate(places)]


def counted(ranking, shard, part, threads=1):
    return count_shard(
        ranking.images[shard.images], ranking.captions[shard.captions], part, threads=threads
    )


@settings(max_examples=25, deadline=None)
@given(
    problems(),
    st.integers(0, 12),
    st.integers(1, 5),
    st.integers(1, 5),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_shards_add_up_to_what_is_defined(problem, k, high, wide, alone, random):
    """`alone`: none knows what the others found, as where they are counted at the same time."""
    images, captions, owner = problem
    shards = cut(len(images), len(captions), high, wide)
    ranking = ShardedRanking(images, captions, owner, k, shards=shards)
    random.shuffle(shards)
    parts = {shard.index: ranking.part(shard) for shard in shards} if alone else {}
    for shard in shards:
        part = parts.get(shard.index) or ranking.part(shard)
        partial = counted(ranking, shard, part, threads=random.choice([1, 2]))
        assert ranking.fits(shard, partial)
        ranking.add(shard, partial)
    found = ranking.settle()
    assert_same(found, rank_retrieval(images, captions, owner, k=k))
    if k:
        assert_as_defined(found, images, captions, owner, k)


def test_a_shard_lost_after_others_built_on_it_is_counted_again(medium):  # noqa: F811
    """Later shards pass over what earlier ones beat; the earlier may be torn on disk."""
    shards = cut(300, 900, 100, 300)
    first = ShardedRanking(*medium, 10, shards=shards)
    partials = {}
    for shard in shards:
        partials[shard.index] = counted(first, shard, first.part(shard))
        first.add(shard, partials[shard.index])
    second = ShardedRanking(*medium, 10, shards=shards)
    for shard in shards[3:]:
        second.add(shard, partials[shard.index])
    for shard in shards[:3]:
        second.add(shard, counted(second, shard, second.part(shard)))
    assert_same(second.settle(), rank_retrieval(*medium))


def test_a_large_ranking_takes_its_shards_one_by_one(medium, monkeypatch):  # noqa: F811
    plain = rank_retrieval(*medium)
    monkeypatch.setattr(rank_shards, "SHARD_PRODUCTS", 1)
    monkeypatch.setattr(rank_shards, "SHARD_IMAGES", 70)
    monkeypatch.setattr(rank_shards, "SHARD_CAPTIONS", 250)
    seen = []
    found = rank_retrieval(*medium, threads=2, progress=lambda *told: seen.append(told))
    assert_same(found, plain)
    assert len(ShardedRanking(*medium, 10).shards) == 5 * 4
    assert seen == sorted(seen)
    assert seen[-1] == (300 * 900, 300 * 900)
    assert len(seen) >= 20


@pytest.mark.parametrize(
    ("n_images", "n_captions", "n_shards"),
    [
        (1, 1, 1),
        (1_000, 5_000, 1),
        (5_000, 25_000, 1),
        (31_783, 158_915, 10),
        (118_287, 591_753, 148),
        (10**6, 5 * 10**6, 2387),
        (10**8, 10, 3052),
    ],
)
def test_the_grid_covers_every_pair_once(n_images, n_captions, n_shards):
    shards = grid(n_images, n_captions, 512)
    assert len(shards) == n_shards <= rank_shards.MOST_SHARDS
    assert [shard.index for shard in shards] == list(range(n_shards))
    assert sum(shard.pairs for shard in shards) == n_images * n_captions
    rows = {(shard.first_image, shard.last_image) for shard in shards}
    cols = {(shard.first_caption, shard.last_caption) for shard in shards}
    assert len(rows) * len(cols) == n_shards
    for ranges, total in ((rows, n_images), (cols, n_captions)):
        bounds = sorted(ranges)
        assert [a for a, _ in bounds] + [total] == [0] + [b for _, b in bounds]
        lengths = [b - a for a, b in bounds]
        assert max(lengths) - min(lengths) <= 1


def test_arrays_of_another_shape_or_kind_do_not_fit(medium):  # noqa: F811
    ranking = ShardedRanking(*medium, 10, shards=cut(300, 900, 100, 300))
    first, last = ranking.shards[0], ranking.shards[-1]
    partial = counted(ranking, first, ranking.part(first))
    assert ranking.fits(last, partial), "shards of one shape are told apart by their names"
    assert not ranking.fits(Shard(0, 0, 99, 0, 300), partial)
    cols = partial.cols
    assert not ranking.fits(first, partial._replace(rows=cols))
    wrong = cols._replace(scores=cols.scores.astype(np.float32))
    assert not ranking.fits(first, partial._replace(cols=wrong))
    other = ShardedRanking(*medium, 11, shards=ranking.shards)
    assert not other.fits(first, partial)
