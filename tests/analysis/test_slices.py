import numpy as np
import pytest

from workbench.analysis.comparison import paired
from workbench.analysis.errors import QueryError
from workbench.analysis.holm import holm
from workbench.analysis.mcnemar import mcnemar
from workbench.analysis.slices import slices


@pytest.fixture
def runs():
    random = np.random.default_rng(8)
    cluster = np.repeat(10 * np.arange(60), 3)
    rank_a = random.geometric(0.4, 180)
    rank_b = np.where(random.random(180) < 0.5, rank_a, random.geometric(0.6, 180))
    groups = {
        "counting": cluster < 300,
        "attributes": random.random(180) < 0.4,
        "long": np.arange(180) % 2 == 0,
        "rare": cluster < 90,
        "none": np.zeros(180, bool),
    }
    return rank_a, rank_b, cluster, groups


def test_a_group_is_compared_as_if_it_were_alone(runs):
    rank_a, rank_b, cluster, groups = runs
    found = slices(rank_a, rank_b, cluster, groups, seed=2, resamples=100)
    assert tuple(found) == tuple(groups)
    for name in ("counting", "attributes", "long"):
        of = groups[name]
        alone = paired(rank_a[of], rank_b[of], cluster[of], seed=2, resamples=100)["R@1"]
        assert (found[name].a, found[name].b) == (alone.a, alone.b)
        assert found[name].difference == alone.difference
        assert found[name].mcnemar == mcnemar(rank_a[of] == 1, rank_b[of] == 1)
        assert found[name].n_queries == of.sum()
        assert found[name].n_images == np.unique(cluster[of]).size


def test_p_values_are_adjusted_for_the_groups_that_are_tested(runs):
    found = slices(*runs)
    tested = [one for one in found.values() if not one.few]
    assert len(tested) == 3
    wanted = holm(np.array([one.mcnemar.p for one in tested]))
    assert [one.p_adjusted for one in tested] == wanted.tolist()
    assert any(one.p_adjusted > one.mcnemar.p for one in tested)


def test_few_images_are_not_tested(runs):
    rare = slices(*runs)["rare"]
    assert (rare.n_images, rare.n_queries, rare.few) == (9, 27, True)
    assert rare.difference.value == rare.b - rare.a
    assert rare.difference.low is rare.mcnemar is rare.p_adjusted is None


def test_an_empty_group_is_unknown(runs):
    none = slices(*runs)["none"]
    assert (none.n_queries, none.few, none.p_adjusted) == (0, True, None)
    assert np.isnan([none.a, none.b, none.difference.value]).all()


def test_k_decides_what_a_hit_is(runs):
    rank_a, rank_b, cluster, groups = runs
    found = slices(rank_a, rank_b, cluster, groups, k=2)["counting"]
    assert found.a == np.mean(rank_a[groups["counting"]] <= 2)


def test_no_groups_at_all(runs):
    assert slices(*runs[:3], {}) == {}


def test_what_does_not_fit_is_refused(runs):
    rank_a, rank_b, cluster, _ = runs
    with pytest.raises(QueryError, match="long must be one boolean a query, not int64"):
        slices(rank_a, rank_b, cluster, {"long": np.arange(180)})
    with pytest.raises(QueryError, match="same queries"):
        slices(rank_a, rank_b, cluster, {"long": np.zeros(7, bool)})
