"""Geometry, hubs and projection against brute force in float64, and at known places."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import skew

from workbench.analysis import space_geometry
from workbench.analysis.space_geometry import alignment, modality_gap, sampled, uniformity
from workbench.analysis.space_hubs import hubness, jaccard
from workbench.analysis.space_projection import principal_plane


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def space():
    """40 images, 130 captions with their images, in 12 dimensions, the modalities apart."""
    random = np.random.default_rng(4)
    images = random.normal(size=(40, 12))
    images[:, 0] += 2
    image = random.integers(0, 40, 130)
    captions = images[image] + random.normal(size=(130, 12))
    captions[:, 0] -= 3
    return unit(images), unit(captions), image


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(space_geometry, "ROWS_AT_A_TIME", 32)


def brute_uniformity(vectors):
    rows = vectors.astype(np.float64)
    squared = ((rows[:, None] - rows[None]) ** 2).sum(axis=2)
    return np.log(np.exp(-2 * squared[np.triu_indices(len(rows), 1)]).mean())


def test_the_gap_against_brute_force(space):
    images, captions, _ = (np.asarray(part, np.float64) for part in space)
    found = modality_gap(*space[:2])
    a, b = images.mean(axis=0), captions.mean(axis=0)
    assert found.distance == pytest.approx(np.linalg.norm(a - b), rel=1e-6)
    # The variance of both, weighted half, as a weighted one-way layout.
    weights = np.concatenate([np.full(40, 0.5 / 40), np.full(130, 0.5 / 130)])
    rows = np.concatenate([images, captions])
    total = weights @ ((rows - weights @ rows) ** 2).sum(axis=1)
    within = [((side - side.mean(axis=0)) ** 2).sum(axis=1).mean() for side in (images, captions)]
    assert found.between == pytest.approx(1 - np.mean(within) / total, rel=1e-5)
    nearer = [
        np.linalg.norm(side - own, axis=1) < np.linalg.norm(side - other, axis=1)
        for side, own, other in ((images, a, b), (captions, b, a))
    ]
    assert (found.images, found.captions) == tuple(int(side.sum()) for side in nearer)
    assert 0 < 40 - found.images < 10


def test_the_gap_of_the_same_vectors_is_none(space):
    found = modality_gap(space[0], space[0])
    assert (found.distance, found.between) == pytest.approx((0, 0), abs=1e-6)


def test_opposite_modalities_are_all_gap():
    pole = np.eye(1, 4, dtype=np.float32).repeat(3, axis=0)
    found = modality_gap(pole, -pole)
    assert (found.distance, found.between, found.images, found.captions) == (2.0, 1.0, 3, 3)
    assert np.isnan(modality_gap(pole, pole).between)


def test_alignment_and_uniformity_against_brute_force(space):
    images, captions, image = space
    own = images[image].astype(np.float64)
    wanted = ((captions.astype(np.float64) - own) ** 2).sum(axis=1).mean()
    assert alignment(images, captions, image) == pytest.approx(wanted, rel=1e-9)
    for side in (images, captions):
        assert uniformity(side) == pytest.approx(brute_uniformity(side), abs=1e-5)


def test_uniformity_at_known_places():
    pole = np.eye(1, 4, dtype=np.float32)
    assert uniformity(np.repeat(pole, 5, axis=0)) == 0
    assert uniformity(np.concatenate([pole, -pole])) == pytest.approx(-8)  # 2 * 2**2
    assert np.isnan(uniformity(pole))


def test_uniformity_of_a_sample_is_seeded_and_near(space):
    _, captions, _ = space
    found = uniformity(captions, seed=1, sample=100)
    rows = sampled(130, 100, 1)
    assert found == pytest.approx(brute_uniformity(captions[rows]), abs=1e-5)
    assert found == uniformity(captions, seed=1, sample=100) != uniformity(captions, sample=100)
    assert found == pytest.approx(uniformity(captions), abs=0.05)
    assert sampled(5, 9, 0).tolist() == [0, 1, 2, 3, 4]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_geometry_does_not_depend_on_order_or_rotation(seed):
    random = np.random.default_rng(seed)
    images, captions = unit(random.normal(size=(9, 6))), unit(random.normal(size=(20, 6)))
    image = random.integers(0, 9, 20)
    turn = np.linalg.qr(random.normal(size=(6, 6)))[0].astype(np.float32)
    order, other = random.permutation(9), random.permutation(20)
    moved = (images @ turn)[order], (captions @ turn)[other], np.argsort(order)[image[other]]
    one, two = modality_gap(images, captions), modality_gap(*moved[:2])
    assert two.distance == pytest.approx(one.distance, abs=1e-5)
    assert two.between == pytest.approx(one.between, abs=1e-5)
    assert 0 <= one.distance <= 2
    assert 0 <= one.between <= 1
    assert alignment(*moved) == pytest.approx(alignment(images, captions, image), abs=1e-5)
    assert uniformity(moved[0]) == pytest.approx(uniformity(images), abs=1e-5)
    assert -8 <= uniformity(images) <= 0


def test_hubs_against_a_full_matrix(space):
    images, captions, _ = space
    scores = captions.astype(np.float64) @ images.T.astype(np.float64)
    hits = np.argsort(-scores, axis=1)[:, :10]
    found = hubness(hits, 40)
    inside = scores >= np.sort(scores, axis=1)[:, -10, None]
    assert found.occurrence.tolist() == inside.sum(axis=0).tolist()
    assert found.skewness == pytest.approx(skew(inside.sum(axis=0)))
    assert found.never == (inside.sum(axis=0) == 0).sum()


def test_hubs_at_known_places():
    one = hubness(np.zeros((30, 1), np.int64), 10)  # one item takes all
    assert (one.occurrence.tolist(), one.never) == ([30, *[0] * 9], 9)
    assert one.skewness == pytest.approx(8 / 3)  # (1 - 2p) / sqrt(p (1 - p)), p = 1/10
    even = hubness(np.arange(10).reshape(10, 1), 10)
    assert np.isnan(even.skewness)
    assert even.never == 0
    assert hubness(np.full((3, 2), -1), 4).never == 4
    assert hubness(np.zeros((0, 0), np.int64), 0).never == 0


@given(
    st.lists(
        st.tuples(*[st.lists(st.integers(0, 9), max_size=4, unique=True)] * 2),
        min_size=1,
        max_size=20,
    )
)
def test_overlap_is_that_of_sets(pairs):
    def column(lists):
        return np.array([[*one, *[-1] * (4 - len(one))] for one in lists])

    a, b = (column([pair[side] for pair in pairs]) for side in (0, 1))
    found = jaccard(a, b)
    for (mine, theirs), share in zip(pairs, found, strict=True):
        either = set(mine) | set(theirs)
        if either:
            assert share == len(set(mine) & set(theirs)) / len(either)
        else:
            assert np.isnan(share)
    assert np.array_equal(found, jaccard(b, a), equal_nan=True)


def test_the_plane_is_the_one_of_a_weighted_decomposition(space):
    images, captions, _ = (np.asarray(part, np.float64) for part in space)
    plane = principal_plane(*space[:2])
    # Each image counts as much as all captions together do for one: 130 times and 40 times.
    rows = np.concatenate([np.repeat(images, 130, axis=0), np.repeat(captions, 40, axis=0)])
    away = rows - rows.mean(axis=0)
    _, values, axes = np.linalg.svd(away, full_matrices=False)
    assert plane.explained == pytest.approx((values**2 / (values**2).sum())[:2], rel=1e-5)
    places = plane.project(space[0])
    for axis in (0, 1):
        wanted = (images - rows.mean(axis=0)) @ axes[axis]
        assert np.abs(places[:, axis]) == pytest.approx(np.abs(wanted), abs=1e-5)
        assert plane.axes[axis][np.abs(plane.axes[axis]).argmax()] > 0
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2), abs=1e-9)


def test_what_has_no_extent_has_no_plane():
    pole = np.eye(1, 4, dtype=np.float32).repeat(3, axis=0)
    assert principal_plane(pole, pole).explained == (0.0, 0.0)
    line = principal_plane(np.ones((2, 1), np.float32), -np.ones((3, 1), np.float32))
    assert line.explained == (1.0, 0.0)
    assert line.project(np.ones((1, 1), np.float32)).tolist() == [[1.0, 0.0]]
