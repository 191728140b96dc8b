import numpy as np
import pytest

from workbench.analysis.weighted_median import BINS, WeightedMedian


@pytest.mark.parametrize("n", [1, 2, 7, BINS, BINS + 1, 10 * BINS])
@pytest.mark.parametrize("n_clusters", [1, 3, 40])
def test_is_the_median_of_the_repeated_values(n, n_clusters):
    random = np.random.default_rng(n)
    values = random.choice(10 * n, size=n, replace=False)
    cluster = np.concatenate([np.arange(n_clusters), random.integers(n_clusters, size=n)])[-n:]
    median = WeightedMedian(values, cluster, n_clusters)
    weights = random.integers(0, 3, size=(200, n_clusters)).astype(np.float64)
    weights = weights[weights[:, cluster].sum(axis=1) > 0]
    wanted = [np.median(np.repeat(values, row[cluster].astype(int))) for row in weights]
    for one, value in zip(weights, wanted, strict=True):
        assert median(one[None]).item() == value  # alone, so that only its own bins are looked at
    assert median(weights).tolist() == wanted
