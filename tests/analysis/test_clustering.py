"""Clusters of rows: numbers, order, small cases, words, names that are inherited."""

import numpy as np
import pytest

from workbench.analysis.clustering import kmeans
from workbench.analysis.clustering.features import features
from workbench.analysis.clustering.kmeans import k_means
from workbench.analysis.clustering.matching import successors
from workbench.analysis.clustering.projection import project
from workbench.analysis.clustering.shape import nearest_centre, shapes
from workbench.analysis.clustering.words import distinctive_words
from workbench.analysis.errors import VectorError

SIZES = (40, 25, 10)


def blobs(seed=0, sizes=SIZES, d=6):
    rng = np.random.default_rng(seed)
    centres = 4 * np.eye(d)[: len(sizes)]
    truth = np.repeat(np.arange(len(sizes)), sizes)
    return (centres[truth] + 0.3 * rng.normal(size=(len(truth), d))).astype(np.float32), truth


def test_the_number_of_clusters_is_found_and_they_are_numbered_by_size():
    rows, truth = blobs()
    shuffled = np.random.default_rng(1).permutation(len(rows))
    told = []
    found = k_means(rows[shuffled], None, tick=lambda *progress: told.append(progress))
    assert found.k == 3
    assert found.label.tolist() == truth[shuffled].tolist()
    assert [p.k for p in found.curve] == list(kmeans.TRIED)
    assert max(found.curve, key=lambda p: p.silhouette).k == 3
    assert told[0] == (0, len(kmeans.TRIED))
    assert told[-1] == (len(kmeans.TRIED),) * 2


@pytest.mark.parametrize("mini_batch_above", [50_000, 100])
def test_the_order_of_the_rows_changes_nothing(monkeypatch, mini_batch_above):
    monkeypatch.setattr(kmeans, "MINI_BATCH_ABOVE", mini_batch_above)
    monkeypatch.setattr(kmeans, "SEARCH_ROWS", 150)
    rows = np.random.default_rng(3).normal(size=(300, 5)).astype(np.float32)
    shuffled = np.random.default_rng(4).permutation(len(rows))
    for k in (None, 7):
        a, b = k_means(rows, k, seed=2), k_means(rows[shuffled], k, seed=2)
        assert a.algorithm == ("KMeans" if mini_batch_above > 300 else "MiniBatchKMeans")
        assert a.curve == b.curve
        assert np.array_equal(a.label[shuffled], b.label)
        assert np.array_equal(a.centre, b.centre)
        assert np.array_equal(a.distance[shuffled], b.distance)


def test_small_and_equal_rows():
    alone = k_means(np.ones((1, 3), np.float32), None)
    assert (alone.k, alone.label.tolist(), alone.curve) == (1, [0], ())
    same = k_means(np.ones((9, 3), np.float32), 4)
    assert (same.k, same.distinct, same.distance.max()) == (1, 1, 0)
    few = k_means(np.eye(3, dtype=np.float32), 10)
    assert (few.k, sorted(few.label.tolist())) == (3, [0, 1, 2])
    assert project(np.ones((1, 3), np.float32)).tolist() == [[0, 0]]
    assert project(np.ones((9, 3), np.float32)).tolist() == [[0, 0]] * 9
    for wrong in (np.empty((0, 3), np.float32), np.full((2, 2), np.nan, np.float32)):
        with pytest.raises(VectorError):
            k_means(wrong, 2)


def test_differences_leave_out_what_all_have_in_common():
    rng = np.random.default_rng(0)
    query, top = (rng.normal(size=(20, 4)).astype(np.float32) for _ in range(2))
    moved = features("difference", query + np.float32([5, 0, 0, 0]), top)
    assert np.allclose(moved, features("difference", query, top), atol=1e-5)
    assert np.allclose(np.linalg.norm(features("both", query, top), axis=1), 1)
    with pytest.raises(VectorError):
        features("query", query, top[:3])


def test_typical_and_edge_rows_come_from_different_images():
    rows = np.array([[0], [0.1], [0.2], [3], [10], [10]], np.float32)
    label = np.array([0, 0, 0, 0, 1, 1])
    centre = np.array([[0], [10]], np.float32)
    first, second = shapes(rows, label, centre, np.array([7, 7, 8, 9, 5, 6]), shown=2)
    assert (first.typical, first.edge) == ((0, 2), (3, 2))
    assert (first.near, second.near) == ((1,), (0,))
    assert nearest_centre(rows, centre).tolist() == label.tolist()


def test_words_are_of_one_cluster_and_numbers_count():
    texts = ["Three dogs, three dogs", "three dogs in the snow", "a man and the snow", "her man"]
    found = distinctive_words(texts, np.array([0, 0, 1, 1]), 2)
    assert set(found[0][:2]) == {"three", "dogs"}
    assert found[1][0] == "man"
    assert "her" in found[1]
    assert distinctive_words(["", "!?"], np.array([0, 1]), 2) == [[], []]
    assert distinctive_words(["狗在雪地里", "قطة"], np.array([0, 1]), 2)[1] == ["قطة"]


def test_a_cluster_has_one_successor_from_half_its_members_on():
    ids = np.arange(8)
    old = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    assert successors(ids, old, ids[::-1], old[::-1]) == {0: 0, 1: 1, 2: 2}
    split = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    assert successors(ids, old, ids, split) == {1: 2, 2: 3, 0: 0}
    assert successors(ids, old, ids + 100, old) == {}


def test_every_projection_ignores_the_order_of_the_rows():
    rows = blobs(sizes=(12, 8), d=3)[0]
    shuffled = np.random.default_rng(5).permutation(len(rows))
    for method in ("pca", "tsne"):
        a, b = project(rows, method, 1), project(rows[shuffled], method, 1)
        assert a.shape == (20, 2)
        assert np.array_equal(a[shuffled], b)
