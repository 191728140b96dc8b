"""Re-ranking against its plain definition, and against BLIP's and LAVIS' own rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_oracle import exact_scores
from rerank_oracle import blip_ranks, reranked

from workbench.analysis.candidates import candidate_pairs
from workbench.analysis.errors import VectorError
from workbench.analysis.ranks import rank_retrieval
from workbench.analysis.rerank import rerank


def normalised(matrix):
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def tied_problem(seed, distinct, levels):
    """Vectors with duplicates, 0 to 8 captions an image, logits of few different values."""
    random = np.random.default_rng(seed)
    counts = random.integers(0, 8, size=random.integers(1, 10))
    counts[0] += 1
    owner = random.permutation(np.repeat(np.arange(counts.size), counts))
    themes = random.standard_normal((distinct, 8))
    images, captions = (
        normalised(themes[random.integers(distinct, size=n)]) for n in (counts.size, owner.size)
    )
    logits = random.integers(levels, size=(counts.size, owner.size)).astype(float)
    return images, captions, owner, logits


def tables(first, logits, k_test):
    """Dense logits (n_images, n_captions) as those of the pairs, and as tables."""
    pairs = candidate_pairs(first, k_test)
    return pairs.tables(logits[pairs.image, pairs.caption])


def assert_as_defined(problem, k_test, k_first):
    images, captions, owner, logits = problem
    first = rank_retrieval(images, captions, owner, k=k_first)
    second = rerank(first, owner, *tables(first, logits, k_test))
    cosines = exact_scores(images, captions)
    for query in range(owner.size):
        check_query(
            second.t2i, query, cosines[:, query], logits[:, query], {int(owner[query])}, k_test
        )
    for query in np.unique(owner):
        own = set(np.flatnonzero(owner == query).tolist())
        check_query(second.i2t, query, cosines[query], logits[query], own, k_test)


def check_query(found, number, cosines, logits, positives, k_test):
    (query,) = np.flatnonzero(found.query == number)
    wanted = reranked(cosines, logits, positives, k_test)
    kept = min(found.k, cosines.size)
    assert found.rank[query] == wanted["rank"]
    assert wanted["placed"] == wanted["rank"]
    assert found.positive[query] == wanted["positive"]
    assert found.hits[query, :kept].tolist() == wanted["order"][:kept]
    assert (found.hits[query, kept:] == -1).all()
    np.testing.assert_allclose(found.hit_scores[query, :kept], wanted["scores"][:kept], atol=1e-12)
    assert np.isnan(found.hit_scores[query, kept:]).all()
    assert found.positive_score[query] == pytest.approx(wanted["positive_score"], abs=1e-12)
    assert found.margin[query] == pytest.approx(wanted["margin"], abs=1e-12, nan_ok=True)
    assert found.top[query] == wanted["order"][0]
    assert found.top_score[query] == found.hit_scores[query, 0]
    assert found.r_precision[query] == pytest.approx(wanted["r_precision"])
    assert found.ap_at_r[query] == pytest.approx(wanted["ap_at_r"])
    if not np.isnan(found.margin[query]):
        assert (found.margin[query] > 0) == (found.rank[query] == 1)
    assert (np.diff(found.hit_scores[query, :kept]) <= 0).all()


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 12),
    st.integers(1, 9),
    st.integers(1, 12),
    st.integers(0, 20),
)
def test_every_number_is_as_defined(seed, distinct, levels, k_test, more):
    problem = tied_problem(seed, distinct, levels)
    assert_as_defined(problem, k_test, max(k_test, 9) + more)


@pytest.mark.parametrize("k_test", [1, 5, 40, 128, 300])
def test_a_larger_case_is_as_defined(k_test):
    random = np.random.default_rng(1)
    owner = random.permutation(np.repeat(np.arange(60), 3))
    images = random.standard_normal((60, 16))
    captions = images[owner] + 1.5 * random.standard_normal((180, 16))
    logits = 3 * random.standard_normal((60, 180))
    logits[np.arange(60)[:, None] == owner] += 2
    assert_as_defined((normalised(images), normalised(captions), owner, logits), k_test, 310)


@pytest.mark.parametrize("k_test", [5, 20, 200])
def test_found_within_the_candidates_as_blip_and_lavis_count(k_test):
    random = np.random.default_rng(2)
    owner = np.repeat(np.arange(100), 2)
    images = random.standard_normal((100, 16))
    captions = images[owner] + 2 * random.standard_normal((200, 16))
    images, captions = normalised(images), normalised(captions)
    logits = 3 * random.standard_normal((100, 200))
    first = rank_retrieval(images, captions, owner, k=200)
    second = rerank(first, owner, *tables(first, logits, k_test))
    by_image, by_caption = blip_ranks(exact_scores(images, captions), logits, owner, k_test)
    for ranking, places in ((second.i2t, by_image), (second.t2i, by_caption)):
        inside = places < k_test
        assert inside.any()
        # Their places behind the candidates are an accident of sorting equal scores.
        np.testing.assert_array_equal(ranking.rank[inside], places[inside] + 1)
        assert (ranking.rank[~inside] > k_test).all()
        for k in (1, 5):
            assert np.mean(ranking.rank <= k) == np.mean(places < k)


def planar(*degrees):
    angles = np.deg2rad(degrees)
    vectors = np.zeros((len(degrees), 8), np.float32)
    vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
    return vectors


def test_by_hand():
    # Caption 0 of image 0 lies nearest to image 1, then 2, then 0: first-stage rank 3.
    images, captions = planar(0, 50, 60), planar(55.5, 48, 70)
    owner = np.array([0, 1, 2])
    first = rank_retrieval(images, captions, owner, k=3)
    assert first.t2i.hits[0].tolist() == [2, 1, 0]
    cosine = np.cos(np.deg2rad([4.5, 5.5, 55.5]))
    flat = np.zeros((3, 3))
    behind = rerank(first, owner, np.array([[1.0, 2.0], [0, 0], [0, 0]]), flat).t2i
    assert behind.rank[0] == first.t2i.rank[0] == 3
    assert behind.hits[0].tolist() == [1, 2, 0]
    # Image 0 has no logit: it lies below the lowest, 1 + cos 4.5, by cos 5.5 - cos 55.5.
    assert behind.positive_score[0] == pytest.approx(1 + cosine[0] - (cosine[1] - cosine[2]))
    assert behind.margin[0] == pytest.approx(behind.positive_score[0] - (2 + cosine[1]))
    inside = rerank(first, owner, np.array([[1.0, 2.0, 9.0], [0, 0, 0], [0, 0, 0]]), flat).t2i
    assert inside.rank[0] == 1
    assert inside.margin[0] == pytest.approx(9 + cosine[2] - 2 - cosine[1])


def test_a_candidate_stays_ahead_of_what_has_the_same_cosine_behind():
    # Images 0 and 1 are the same; the caption is of image 2, which is a candidate with image 0.
    images, captions = planar(40, 40, 0), planar(0, 40, 40)
    owner = np.array([2, 0, 1])
    first = rank_retrieval(images, captions, owner, k=3)
    flat = np.zeros((3, 2))
    second = rerank(first, owner, np.array([[-9.0, 0.0], [0, 0], [0, 0]]), flat).t2i
    assert second.hits[0].tolist() == [0, 2, 1]
    assert second.rank[0] == 2
    assert second.margin[0] < 0


def test_a_tiny_difference_of_cosines_is_no_tie():
    # Every candidate is a positive; the best of the others lies 3e-6 below on a scale of 1e16.
    images, captions = planar(0, 90), planar(10, 10, 10.001, 90)
    owner = np.array([0, 0, 1, 1])
    first = rank_retrieval(images, captions, owner, k=4)
    second = rerank(first, owner, np.zeros((4, 1)), np.full((2, 2), 1e16)).i2t
    assert first.i2t.hits[0].tolist()[:3] == [0, 1, 2]
    assert second.rank[0] == 1
    assert second.margin[0] > 0


def test_fewer_hits_can_be_kept():
    problem = tied_problem(3, 6, 4)
    images, captions, owner, logits = problem
    first = rank_retrieval(images, captions, owner, k=12)
    tabled = tables(first, logits, 12)
    whole, cut = rerank(first, owner, *tabled), rerank(first, owner, *tabled, k=2)
    np.testing.assert_array_equal(cut.i2t.hits, whole.i2t.hits[:, :2])
    np.testing.assert_array_equal(cut.i2t.r_precision, whole.i2t.r_precision)


def test_a_logit_that_is_no_number_is_named():
    images, captions, owner, logits = tied_problem(3, 6, 4)
    first = rank_retrieval(images, captions, owner, k=10)
    t2i, i2t = tables(first, logits, 2)
    t2i[5, 1] = np.nan
    named = rf"t2i: the logit of query row 5 with item row {first.t2i.hits[5, 1]} is nan"
    with pytest.raises(VectorError, match=named):
        rerank(first, owner, t2i, i2t)


def test_what_does_not_fit_is_refused():
    images, captions, owner, logits = tied_problem(3, 6, 4)
    first = rank_retrieval(images, captions, owner, k=10)
    t2i, i2t = tables(first, logits, 2)
    with pytest.raises(VectorError, match="i2t: logits of"):
        rerank(first, owner, t2i, i2t[:-1])
    few = rank_retrieval(images, captions, owner, k=1)
    with pytest.raises(ValueError, match="1 hits were kept, 2 are needed"):
        rerank(few, owner, t2i[:, :1], i2t[:, :1])
    with pytest.raises(ValueError, match="k_test must be from 1 to the 10 hits kept, not 11"):
        candidate_pairs(first, 11)
    with pytest.raises(VectorError, match="pairs need as many scores"):
        candidate_pairs(first, 2).tables(np.zeros(1))


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
@settings(deadline=None)
def test_each_candidate_pair_is_scored_once_image_by_image(seed, k_test):
    images, captions, owner, _ = tied_problem(seed, 6, 4)
    first = rank_retrieval(images, captions, owner, k=12)
    pairs = candidate_pairs(first, k_test)
    found = list(zip(pairs.image.tolist(), pairs.caption.tolist(), strict=True))
    assert found == sorted(set(found))
    wanted = {
        (item, query)
        for query, row in zip(first.t2i.query, first.t2i.hits[:, :k_test], strict=True)
        for item in row
        if item >= 0
    } | {
        (query, item)
        for query, row in zip(first.i2t.query, first.i2t.hits[:, :k_test], strict=True)
        for item in row
        if item >= 0
    }
    assert set(found) == wanted
    by_image, by_caption = pairs.tables(pairs.image * 1000 + pairs.caption)
    for table, side, number in (
        (by_image, first.t2i, lambda query, item: item * 1000 + query),
        (by_caption, first.i2t, lambda query, item: query * 1000 + item),
    ):
        hits = side.hits[:, :k_test]
        wanted = np.where(hits >= 0, number(side.query[:, None], hits), np.nan)
        np.testing.assert_array_equal(table, wanted)


def test_without_queries_there_is_nothing_to_rerank():
    none = np.array([], np.int64)
    first = rank_retrieval(np.eye(2, 8, dtype=np.float32), np.zeros((0, 8), np.float32), none, k=3)
    pairs = candidate_pairs(first, 2)
    assert pairs.image.size == 0
    second = rerank(first, none, *pairs.tables(np.zeros(0)))
    assert second.t2i.rank.size == second.i2t.rank.size == 0
