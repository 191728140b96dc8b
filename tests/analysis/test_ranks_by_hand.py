"""Cases small enough to check with pencil and paper."""

import numpy as np
import pytest

from workbench.analysis.ranks import rank_retrieval


def basis(*places, width=8):
    """Rows of the identity, so that a score is 1 for the same place and 0 otherwise."""
    return np.eye(width, dtype=np.float32)[list(places)]


def planar(*degrees):
    """Unit vectors in a plane: scores are cosines of differences."""
    angles = np.deg2rad(degrees)
    vectors = np.zeros((len(degrees), 8), np.float32)
    vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
    return vectors


def test_three_images_three_captions():
    # Angles between captions (down) and images (across):
    #            0    50    90
    #  10 (0)   10    40    80     rank 1
    #  40 (1)   40    10    50     rank 1
    #  55 (2)   55     5    35     rank 2: image 1 is nearer than image 2
    retrieval = rank_retrieval(planar(0, 50, 90), planar(10, 40, 55), np.arange(3), k=3)
    t2i, i2t = retrieval.t2i, retrieval.i2t
    assert t2i.rank.tolist() == [1, 1, 2]
    assert t2i.hits.tolist() == [[0, 1, 2], [1, 0, 2], [1, 2, 0]]
    assert t2i.top.tolist() == [0, 1, 1]
    assert t2i.r_precision.tolist() == [1, 1, 0]
    # Image 1 is nearest to caption 2 (5 degrees), then to its own (10): rank 2.
    assert i2t.rank.tolist() == [1, 2, 1]
    assert i2t.hits.tolist() == [[0, 1, 2], [2, 1, 0], [2, 1, 0]]
    cosine = np.cos(np.deg2rad([[10, 40], [10, 40], [35, 5]]))
    np.testing.assert_allclose(t2i.margin, cosine[:, 0] - cosine[:, 1], atol=1e-6)


def test_all_wrong():
    retrieval = rank_retrieval(basis(0, 1, 2), basis(1, 2, 0), np.arange(3))
    assert retrieval.t2i.rank.tolist() == [3, 3, 3]  # the positive ties with the third at 0
    assert retrieval.t2i.margin.tolist() == [-1, -1, -1]
    assert retrieval.t2i.top.tolist() == [1, 2, 0]
    assert retrieval.i2t.rank.tolist() == [3, 3, 3]


def test_a_model_that_scores_everything_the_same_gets_the_worst_rank():
    retrieval = rank_retrieval(basis(*[0] * 4), basis(*[0] * 8), np.arange(8) // 2, k=4)
    assert retrieval.t2i.rank.tolist() == [4] * 8
    assert retrieval.i2t.rank.tolist() == [7] * 4
    # Non-positives first, then lower rows; the positive comes last.
    assert retrieval.t2i.hits[2].tolist() == [0, 2, 3, 1]
    assert retrieval.i2t.hits[0].tolist() == [2, 3, 4, 5]
    assert retrieval.t2i.margin.tolist() == [0] * 8
    assert retrieval.i2t.r_precision.tolist() == [0] * 4


def test_a_duplicate_image_counts_against_the_model():
    retrieval = rank_retrieval(basis(0, 1, 1), basis(0, 1, 1), np.arange(3))
    assert retrieval.t2i.rank.tolist() == [1, 2, 2]
    assert retrieval.t2i.top.tolist() == [0, 2, 1]
    assert retrieval.t2i.margin.tolist() == [1, 0, 0]


def test_other_positives_never_count():
    # Image 0 has three captions at 0, 30 and 60 degrees; the stranger at 20 is second.
    retrieval = rank_retrieval(planar(0, 20), planar(0, 30, 60, 20), np.array([0, 0, 0, 1]), k=4)
    first = retrieval.i2t
    assert first.rank[0] == 1
    assert first.positive[0] == 0
    assert first.hits[0].tolist() == [0, 3, 1, 2]
    assert first.r_precision[0] == pytest.approx(2 / 3)  # two of the first three
    assert first.ap_at_r[0] == pytest.approx((1 / 1 + 2 / 3) / 3)
    assert first.margin[0] == pytest.approx(1 - np.cos(np.deg2rad(20)), abs=1e-6)


def test_the_margin_is_known_although_all_kept_hits_are_positives():
    retrieval = rank_retrieval(planar(0, 60), planar(0, 0, 0, 60), np.array([0, 0, 0, 1]), k=1)
    assert retrieval.i2t.hits[0].tolist() == [0]
    assert retrieval.i2t.margin[0] == pytest.approx(0.5, abs=1e-6)
    assert retrieval.t2i.margin[0] == pytest.approx(0.5, abs=1e-6)


def test_the_best_positive_is_the_lower_row_among_equals():
    retrieval = rank_retrieval(basis(0, 1), basis(2, 0, 0, 1), np.array([0, 0, 0, 1]))
    assert retrieval.i2t.positive.tolist() == [1, 3]


def test_an_image_without_captions_is_no_query_but_can_be_found():
    retrieval = rank_retrieval(basis(0, 1, 2), basis(1, 2), np.array([0, 2]), k=2)
    assert retrieval.i2t.query.tolist() == [0, 2]
    assert retrieval.t2i.top.tolist() == [1, 2]
    assert retrieval.t2i.rank.tolist() == [3, 1]


def test_a_gallery_smaller_than_k_is_padded():
    retrieval = rank_retrieval(basis(0, 1), basis(0, 1, 1), np.array([0, 1, 1]), k=5)
    assert retrieval.t2i.hits.tolist() == [
        [0, 1, -1, -1, -1],
        [1, 0, -1, -1, -1],
        [1, 0, -1, -1, -1],
    ]
    assert np.isnan(retrieval.t2i.hit_scores[:, 2:]).all()
    assert retrieval.i2t.hits.shape == (2, 5)


def test_without_non_positives_the_rank_is_one_and_the_margin_unknown():
    retrieval = rank_retrieval(basis(0), basis(1, 2), np.array([0, 0]))
    assert retrieval.t2i.rank.tolist() == [1, 1]
    assert retrieval.i2t.rank.tolist() == [1]
    assert np.isnan(retrieval.t2i.margin).all()
    assert np.isnan(retrieval.i2t.margin).all()
    assert retrieval.i2t.r_precision.tolist() == [1]


def test_without_hits_ranks_and_positives_are_the_same():
    images, captions, owner = planar(0, 50, 90), planar(10, 40, 55), np.arange(3)
    with_hits = rank_retrieval(images, captions, owner, k=3)
    without = rank_retrieval(images, captions, owner, k=0)
    assert without.t2i.rank.tolist() == with_hits.t2i.rank.tolist()
    assert without.i2t.positive_score.tolist() == with_hits.i2t.positive_score.tolist()
    assert without.t2i.hits.shape == (3, 0)
    assert without.t2i.top.tolist() == [-1, -1, -1]
    assert np.isnan([without.t2i.margin, without.t2i.r_precision, without.t2i.top_score]).all()


def test_no_queries_at_all():
    retrieval = rank_retrieval(basis(0, 1), basis(), np.array([], np.int64))
    assert retrieval.t2i.rank.size == retrieval.i2t.rank.size == 0
