"""Agreement against scikit-learn, by hand, and where there can be no interval."""

import numpy as np
import pytest

from workbench.analysis.agreement import agreement, kappa, macro_f1
from workbench.analysis.errors import QueryError

NAMES = ("counting", "attributes", "other")


def labels(seed, n=120):
    dice = np.random.default_rng(seed)
    truth = dice.choice(NAMES, n)
    given = np.where(dice.random(n) < 0.6, truth, dice.choice([*NAMES, "none"], n))
    return truth.tolist(), given.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_those_of_scikit_learn(seed):
    from sklearn import metrics

    truth, given = labels(seed)
    found = agreement(truth, given, NAMES)
    names = list(found.names)
    assert names == [*NAMES, "none"]
    oracle = metrics.confusion_matrix(truth, given, labels=names)
    assert (found.confusion == oracle).all()
    assert found.kappa.value == pytest.approx(metrics.cohen_kappa_score(truth, given))
    rows = metrics.precision_recall_fscore_support(truth, given, labels=NAMES, zero_division=0)
    for one, precision, recall, f1, n in zip(found.categories, *rows, strict=False):
        shares = (one.precision.value, one.recall.value, one.f1.value, one.n_true)
        assert shares == pytest.approx((precision, recall, f1, n))
        for share in (one.precision, one.recall, one.f1):
            assert share.low < share.value < share.high
    assert found.macro_f1.value == pytest.approx(np.mean(rows[2]))
    assert found.accuracy.value == pytest.approx(np.mean(np.array(truth) == given))
    for number in (found.kappa, found.macro_f1):
        assert number.low < number.value < number.high


def test_kappa_of_the_paper_s_kind_by_hand():
    # observed .7; expected (25 * 30 + 25 * 20) / 50**2 = .5
    assert float(kappa(np.array([[20, 5], [10, 15]]))) == pytest.approx(0.4)
    assert np.isnan(kappa(np.array([[7, 0], [0, 0]])))
    assert float(macro_f1(np.array([[2, 1, 1], [0, 4, 0], [0, 0, 0]]))) == pytest.approx(
        (2 * 2 / 6 + 2 * 4 / 9) / 2
    )


def test_nothing_under_ten_has_an_interval():
    few = agreement(["a", "b"] * 4 + ["a"], ["a", "a"] * 4 + ["b"])
    assert few.n == 9
    for number in (few.kappa, few.macro_f1, few.accuracy, few.categories[0].f1):
        assert (number.low, number.high) == (None, None)
    rare = agreement(["a"] * 9 + ["b"] * 20, (["a", "b"] * 15)[:29])
    assert rare.categories[0].recall.low is None
    assert rare.categories[0].f1.low is None
    assert rare.categories[1].recall.low is not None


def test_where_every_resample_is_alike_there_is_no_interval():
    found = agreement(["a", "b"] * 10, ["a", "b"] * 10)
    assert (found.kappa.value, found.kappa.low) == (1.0, None)
    assert (found.macro_f1.value, found.macro_f1.low) == (1.0, None)
    assert found.accuracy.low < 1.0  # Wilson's does not claim certainty


def test_copies_of_an_item_tell_no_more_than_the_item():
    truth, given = labels(7, 60)
    once = agreement(truth, given)
    copied = agreement(truth * 5, given * 5, cluster=np.tile(np.arange(60), 5))
    assert copied.n_clusters == 60
    assert copied.kappa == pytest.approx(once.kappa, abs=1e-12) or (
        copied.kappa.low,
        copied.kappa.high,
    ) == pytest.approx((once.kappa.low, once.kappa.high))
    alone = agreement(truth * 5, given * 5)
    assert alone.kappa.high - alone.kappa.low < 0.7 * (copied.kappa.high - copied.kappa.low)


def test_the_seed_decides_the_limits():
    truth, given = labels(3)
    assert agreement(truth, given).kappa == agreement(truth, given).kappa
    assert agreement(truth, given).kappa != agreement(truth, given, seed=1).kappa


def test_no_items_and_columns_that_do_not_fit():
    empty = agreement([], [])
    assert (empty.n, empty.names) == (0, ())
    with pytest.raises(QueryError, match="2 true"):
        agreement(["a", "b"], ["a"])
