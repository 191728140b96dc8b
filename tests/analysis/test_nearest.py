"""The nearest vectors are those of a plain product in float64, whatever the blocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis import nearest as module
from workbench.analysis.nearest import nearest, share_below


def unit(rows, width, seed=3):
    found = np.random.default_rng(seed).normal(size=(rows, width))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@given(n=st.integers(1, 60), k=st.integers(1, 70), seed=st.integers(0, 9))
def test_they_are_the_first_of_the_whole_order(n, k, seed):
    vectors, query = unit(n, 8, seed), unit(1, 8, seed + 100)[0]
    exact = vectors.astype(np.float64) @ query.astype(np.float64)
    rows, scores = nearest(vectors, query, k)
    assert rows.tolist() == np.argsort(-exact, kind="stable")[:k].tolist()
    assert scores == pytest.approx(exact[rows], abs=1e-12)


def test_blocks_change_nothing(monkeypatch):
    vectors, query = unit(100, 16), unit(1, 16, 7)[0]
    whole = nearest(vectors, query, 9)
    monkeypatch.setattr(module, "BLOCK", 7)
    blocks = nearest(vectors, query, 9)
    assert [part.tolist() for part in whole] == [part.tolist() for part in blocks]


def test_unusable_images_and_the_image_itself_are_left_out():
    vectors = np.float32([[1, 0], [0, 0], [-1, 0], [0, 1]])
    rows, scores = nearest(vectors, np.float32([1, 0]), 9, without=0)
    assert rows.tolist() == [3, 2]  # a score of 0 is no reason to leave an image out
    assert scores.tolist() == [0, -1]
    assert nearest(np.empty((0, 2), np.float32), np.float32([1, 0]), 3)[0].tolist() == []


def test_ties_go_by_row():
    vectors = np.repeat(np.float32([[0, 1], [1, 0]]), 40, axis=0)
    assert nearest(vectors, np.float32([1, 0]), 3)[0].tolist() == [40, 41, 42]


def test_a_share_counts_what_is_lower_only():
    ordered = np.array([0.1, 0.2, 0.2, 0.3])
    assert [share_below(ordered, x) for x in (0.0, 0.2, 0.25, 1.0)] == [0, 0.25, 0.75, 1]
    assert share_below(ordered[:0], 0.5) != pytest.approx(0)
