"""Ranks against the plain definition, and that nothing about the computation shows in them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_oracle import exact_scores, expected

from workbench.analysis import tiles
from workbench.analysis.errors import CancelledError, VectorError
from workbench.analysis.lane_dot import score_pairs
from workbench.analysis.ranks import rank_retrieval
from workbench.analysis.vectors import score_band


def normalised(matrix):
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def fields(ranking):
    return {field.name: getattr(ranking, field.name) for field in dataclasses.fields(ranking)}


def assert_same(one, other):
    for direction in ("t2i", "i2t"):
        left, right = fields(getattr(one, direction)), fields(getattr(other, direction))
        for name, values in left.items():
            np.testing.assert_array_equal(values, right[name], f"{direction} {name}", strict=True)


def assert_as_defined(retrieval, images, captions, owner, k):
    for direction, columns in expected(images, captions, owner, k).items():
        found = fields(getattr(retrieval, direction))
        for name, values in columns.items():
            if name in ("r_precision", "ap_at_r"):
                np.testing.assert_allclose(found[name], values, rtol=1e-12, err_msg=name)
            else:
                np.testing.assert_array_equal(found[name], values, f"{direction} {name}")


@st.composite
def problems(draw):
    """Vectors with exact duplicates and near-duplicates, images with 0 to 7 captions."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    counts = draw(st.lists(st.integers(0, 7), min_size=1, max_size=12).filter(any))
    width = draw(st.sampled_from([8, 13, 64]))
    distinct = draw(st.integers(1, 8))
    spread = draw(st.sampled_from([0.0, 1e-7, 1e-3, 1.0]))
    owner = random.permutation(np.repeat(np.arange(len(counts)), counts))
    themes = random.standard_normal((distinct, width))

    def rows(n):
        noise = spread * random.standard_normal((n, width))
        return normalised(themes[random.integers(distinct, size=n)] + noise)

    return rows(len(counts)), rows(owner.size), owner


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(1, 12), st.integers(1, 6), st.integers(1, 6), st.integers(1, 3))
def test_every_number_is_as_defined(problem, k, image_block, caption_block, threads):
    images, captions, owner = problem
    retrieval = rank_retrieval(
        images, captions, owner, k=k,
        image_block=image_block, caption_block=caption_block, threads=threads,
    )  # fmt: skip
    assert_as_defined(retrieval, images, captions, owner, k)


@pytest.fixture(scope="module")
def medium():
    """Wide enough for several chunks, tiles and first bars; many near-duplicates at 1e-7."""
    random = np.random.default_rng(5)
    images = random.standard_normal((300, 64))
    images[150:220] = images[:70] + 1e-7 * random.standard_normal((70, 64))
    images[220:250] = images[:30]
    owner = random.integers(300, size=900)
    captions = images[owner] + 2.2 * random.standard_normal((900, 64))
    captions[400:550] = captions[:150] + 1e-7 * random.standard_normal((150, 64))
    captions[600:650] = captions[:50]
    return normalised(images), normalised(captions), owner


def test_medium_case_is_as_defined(medium):
    retrieval = rank_retrieval(*medium)
    assert 0.1 < np.mean(retrieval.t2i.rank == 1) < 0.9
    assert_as_defined(retrieval, *medium, 10)


@pytest.mark.parametrize(
    ("threads", "image_block", "caption_block"),
    [(1, 10_000, 10_000), (2, 64, 333), (3, 300, 100), (2, 129, 900), (5, 1, 900), (1, 150, 1)],
)
def test_blocks_and_threads_do_not_show(medium, threads, image_block, caption_block):
    blocks = {"image_block": image_block, "caption_block": caption_block}
    assert_same(rank_retrieval(*medium, threads=threads, **blocks), rank_retrieval(*medium))


def test_errors_of_the_float32_product_do_not_show(medium, monkeypatch):
    # Any other BLAS or device errs differently within the bound; here by up to 90 % of it.
    random = np.random.default_rng(0)
    band = score_band(64, 1, 1)

    def erring_product(left, right, out):
        product = left.astype(np.float64) @ right.astype(np.float64)
        out[...] = product + 0.9 * band * random.uniform(-1, 1, product.shape)

    plain = rank_retrieval(*medium)
    monkeypatch.setattr(tiles.np, "matmul", erring_product)
    assert_same(rank_retrieval(*medium, threads=1), plain)


def test_ranks_do_not_depend_on_the_order_of_items(medium):
    images, captions, owner = medium
    random = np.random.default_rng(1)
    image_order, caption_order = random.permutation(300), random.permutation(900)
    new_row = np.argsort(image_order)
    plain = rank_retrieval(images, captions, owner)
    moved = rank_retrieval(
        images[image_order], captions[caption_order], new_row[owner[caption_order]]
    )
    for name in ("rank", "margin", "r_precision", "positive_score"):
        np.testing.assert_array_equal(
            getattr(moved.t2i, name), getattr(plain.t2i, name)[caption_order]
        )
        by_image = dict(zip(plain.i2t.query, getattr(plain.i2t, name), strict=True))
        wanted = [by_image[row] for row in image_order[moved.i2t.query]]
        np.testing.assert_array_equal(getattr(moved.i2t, name), wanted)


def test_many_hits(medium):
    assert_as_defined(rank_retrieval(*medium, k=250), *medium, 250)


def test_exact_scores_have_the_defined_bits(medium):
    images, captions, _ = medium
    rows = np.arange(300)
    np.testing.assert_array_equal(
        score_pairs(images, captions, rows, rows), np.diag(exact_scores(images, captions[:300]))
    )


def test_float32_scores_stay_within_the_band(medium):
    images, captions, _ = medium
    error = np.abs(images @ captions.T - exact_scores(images, captions)).max()
    assert 0 < error < score_band(64, 1, 1)


def test_memory_maps_are_ranked_where_they_lie(medium, tmp_path):
    images, captions, owner = medium
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    assert_same(rank_retrieval(mapped, captions, owner), rank_retrieval(images, captions, owner))
    assert images.flags.writeable


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, "row 17 holds NaN"),
        (np.inf, "row 17 holds an infinite value"),
        (0.0, "row 17 is all zeros"),
        (3.0, "row 17 has length 24; vectors must be L2-normalised"),
    ],
)
@pytest.mark.parametrize("side", ["image", "caption"])
def test_bad_vectors_are_named(medium, side, value, message):
    images, captions, owner = (array.copy() for array in medium)
    (images if side == "image" else captions)[17] = value
    with pytest.raises(VectorError, match=f"{side} {message}"):
        rank_retrieval(images, captions, owner)


def test_one_nan_is_enough(medium):
    images, captions, owner = (array.copy() for array in medium)
    captions[899, 63] = np.nan
    with pytest.raises(VectorError, match="caption row 899 holds NaN"):
        rank_retrieval(images, captions, owner)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda i, c, o: (i.astype(np.float64), c, o), "float32 matrix, not float64"),
        (lambda i, c, o: (i, c[0], o), "caption vectors must be a float32 matrix"),
        (lambda i, c, o: (i[:, :32], c, o), "length"),
        (lambda i, c, o: (np.eye(300, 32, dtype=np.float32), c, o), "image row 32 is all zeros"),
        (lambda i, c, o: (i, c, o[:9]), "900 captions need as many integer rows, not int64"),
        (lambda i, c, o: (i, c, o.astype(float)), "not float64"),
        (lambda i, c, o: (i[:200], c, o), "of 200"),
        (lambda i, c, o: (i, c, o - 1), "image row -1"),
    ],
)
def test_what_does_not_fit_is_refused(medium, change, message):
    with pytest.raises(VectorError, match=message):
        rank_retrieval(*change(*medium))


def test_negative_k_is_refused(medium):
    with pytest.raises(ValueError, match="k must be 0 or more, not -1"):
        rank_retrieval(*medium, k=-1)


def test_different_widths_are_refused():
    with pytest.raises(VectorError, match="images have 8 dimensions, captions 16"):
        rank_retrieval(
            np.eye(2, 8, dtype=np.float32), np.eye(2, 16, dtype=np.float32), np.arange(2)
        )


def test_progress_ends_at_the_total(medium):
    seen = []
    rank_retrieval(*medium, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (300 * 900, 300 * 900)
    assert seen == sorted(seen)


def test_cancelling_stops_early(medium, monkeypatch):
    counted = []
    count_tile = tiles.count_tile
    monkeypatch.setattr(tiles, "count_tile", lambda *a: (counted.append(1), count_tile(*a)))
    with pytest.raises(CancelledError):
        rank_retrieval(*medium, image_block=1, caption_block=1, cancelled=lambda: True)
    assert 0 < len(counted) < 300 * 900


def test_an_error_of_the_callback_is_the_callers(medium):
    def broken(done, total):
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        rank_retrieval(*medium, progress=broken)
