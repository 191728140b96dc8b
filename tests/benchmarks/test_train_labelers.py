"""What the weights of the labelers are made with."""

import numpy as np
import pytest

from benchmarks.real_captions import RealCase, weights_of
from benchmarks.train_labelers import Cases, Linear, calibrated, fit
from plugins.api import FailureCase


def test_each_category_of_real_captions_has_its_share():
    case = FailureCase("t2i", "a dog", ("a dog",), ("a cat",), 2, 0.0)
    given = ["fine_grained", "fine_grained", "fine_grained", "data_fault"]
    weights = weights_of([RealCase(case, category, "1.jpg") for category in given])
    assert weights == pytest.approx([0.2, 0.2, 0.2, 0.4])


def test_calibration_rises_and_follows_the_share_that_is_right():
    scores = np.repeat([0.4, 0.6, 0.7, 0.9], 100)
    right = np.arange(400) % 100 < np.repeat([10, 70, 60, 95], 100)
    places, heights = calibrated(scores, right)
    assert places[0] == 0.6
    assert heights == sorted(heights)
    assert np.interp([0.6, 0.7, 0.9], places, heights) == pytest.approx([0.65, 0.65, 0.95])


def test_a_fitted_model_needs_no_standardised_features():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(200, 2)) * [100.0, 0.01] + [5.0, 3.0]
    categories = np.digitize(features[:, 0], [-60.0, 70.0]).astype(str)
    ones = np.ones(200)
    model = fit(Cases(["a", "b"], features, categories, ones, ones, ones > 0), c=100.0)
    assert isinstance(model, Linear)
    assert np.mean(model.best(features) == categories) > 0.95
    assert model.shares(features).sum(axis=1) == pytest.approx(ones)
