"""How long the cases that are left will take."""

from workbench.presenters.pace import LEAST, PAUSE_S, Pace


def paced(*times: float) -> Pace:
    pace = Pace()
    for at in times:
        pace.decided(at)
    return pace


def test_nothing_is_said_before_a_few_decisions() -> None:
    assert paced(*(10.0 * n for n in range(LEAST))).left(100) == ""
    assert paced(*(10.0 * n for n in range(LEAST + 1))).left(100) == "~17 min"


def test_the_first_case_counts_from_when_it_was_shown() -> None:
    pace = Pace()
    pace.begin(0.0)
    pace.begin(99.0)
    for n in range(LEAST):
        assert pace.left(100) == ""
        pace.decided(10.0 * (n + 1))
    assert (pace.left(100), pace.each) == ("~17 min", "10.0 s each")


def test_the_median_counts_and_a_pause_does_not() -> None:
    steady = [6.0 * n for n in range(LEAST)]
    end = steady[-1] + PAUSE_S
    times = [*steady, end, end + 6, end + 65]
    assert paced(*times).left(100) == "~10 min"


def test_the_end_tells_what_was_done_in_which_time() -> None:
    assert Pace().whole() == ""
    assert paced(5.0).whole() == ""
    pace = paced(*(6.0 * n for n in range(LEAST + 1)), 6.0 * LEAST + PAUSE_S)
    assert pace.whole() == f"{LEAST + 2} of them now, in 1:00, 6.0 s each"


def test_hours_minutes_less_and_an_end() -> None:
    pace = paced(*(6.0 * n for n in range(LEAST + 1)))
    assert [pace.left(n) for n in (0, 5, 20, 890, 2_000)] == [
        "",
        "<1 min",
        "~2 min",
        "~89 min",
        "~3 h",
    ]
