import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ranking_of import ranking_of

from workbench.analysis.metrics import METRICS, metrics, per_query, r_mean
from workbench.analysis.ranking import Retrieval


def test_names_are_those_of_the_contract():
    assert METRICS == (
        "R@1", "R@5", "R@10", "median_rank", "mean_rank", "MRR", "r_precision", "map_at_r"
    )  # fmt: skip


def test_values_by_hand():
    values = metrics(ranking_of([1, 2, 5, 6, 10, 11], r_precision=[1, 0.5, 0, 0, 0, 0]))
    assert values["R@1"] == pytest.approx(1 / 6)
    assert values["R@5"] == pytest.approx(3 / 6)
    assert values["R@10"] == pytest.approx(5 / 6)
    assert values["median_rank"] == 5.5
    assert values["mean_rank"] == pytest.approx(35 / 6)
    assert values["MRR"] == pytest.approx((1 + 1 / 2 + 1 / 5 + 1 / 6 + 1 / 10 + 1 / 11) / 6)
    assert values["r_precision"] == pytest.approx(0.25)
    assert tuple(values) == METRICS


def test_r_mean_is_the_mean_of_six_recalls():
    retrieval = Retrieval(t2i=ranking_of([1, 6]), i2t=ranking_of([1, 1, 20, 20]))
    assert r_mean(retrieval) == pytest.approx((0.5 + 0.5 + 1 + 0.5 + 0.5 + 0.5) / 6)


def test_without_queries_nothing_is_known():
    assert np.isnan(list(metrics(ranking_of([])).values())).all()


@given(st.lists(st.integers(1, 10**6), min_size=1))
def test_recall_grows_with_k_and_shares_stay_shares(ranks):
    values = metrics(ranking_of(ranks))
    assert 0 <= values["R@1"] <= values["R@5"] <= values["R@10"] <= 1
    assert values["R@1"] <= values["MRR"] <= 1
    assert min(ranks) <= values["median_rank"] <= max(ranks)


def test_every_mean_is_the_mean_of_its_column():
    ranking = ranking_of([3, 1, 4, 1, 5])
    values = metrics(ranking)
    for name, column in per_query(ranking).items():
        assert column.shape == (5,)
        assert values[name] == pytest.approx(column.mean())
