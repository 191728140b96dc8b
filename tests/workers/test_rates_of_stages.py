import pytest

from workbench.workers.rates import StageRate


def test_a_rate_is_known_after_ten_seconds_of_a_stage():
    rate = StageRate()
    assert rate.update("embedding", 500, 100.0) is None
    assert rate.update("embedding", 600, 109.0) is None
    assert rate.update("embedding", 700, 110.0) == pytest.approx(20.0)
    assert rate.update("ranking", 10, 111.0) is None
    assert rate.update("ranking", 110, 121.0) == pytest.approx(10.0)


def test_a_rate_is_that_of_the_last_minute():
    rate = StageRate()
    for second in range(0, 301):
        done = 10 * second if second <= 200 else 2000 + (second - 200)
        found = rate.update("embedding", done, float(second))
    assert found == pytest.approx(1.0)


def test_nothing_done_is_no_rate():
    rate = StageRate()
    rate.update("embedding", 5, 0.0)
    assert rate.update("embedding", 5, 60.0) is None
