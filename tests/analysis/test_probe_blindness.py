"""Blindness by hand."""

import numpy as np
import pytest

from workbench.analysis.probes import blindness
from workbench.analysis.rounding import ROUNDING


def test_every_query_counts_the_same_however_many_edits_it_has():
    query, image = np.array([1, 2, 2, 2, 2]), np.array([7, 8, 8, 8, 8])
    found = blindness(query, image, np.array([0.1, -0.1, 0.0, ROUNDING / 2, 0.3]))
    assert found.share.value == pytest.approx((0 + 3 / 4) / 2)
    assert (found.n_queries, found.n_images, found.n_edits, found.few) == (2, 2, 5, True)
    assert found.share.low is None


def test_images_are_what_is_resampled():
    image = np.repeat(np.arange(20), 5)
    by_image = np.where(image % 2, 0.1, -0.1)
    mixed = np.where(np.arange(100) % 2, 0.1, -0.1)
    wide, narrow = (blindness(np.arange(100), image, s).share for s in (by_image, mixed))
    assert wide.value == narrow.value == 0.5
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_all_blind_is_not_certain():
    share = blindness(np.arange(20), np.arange(20), np.zeros(20)).share
    assert share.value == 1
    assert 0.8 < share.low < 0.9


def test_without_edits_there_is_no_number():
    none = np.array([], np.int64)
    found = blindness(none, none, np.array([]))
    assert np.isnan(found.share.value)
    assert found.n_queries == 0
