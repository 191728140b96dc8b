"""Memory is tidied while the keys rest."""

import gc
import weakref

import pytest

from workbench.session.heap import RESTS_S, Upkeep


class Knot:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collected_by_hand():
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.parametrize("start", [0.0, 1e6])
def test_garbage_is_collected_once_the_keys_rest_and_once_more_later(collected_by_hand, start):
    now = start
    upkeep = Upkeep(lambda: now)
    for _ in range(2):
        upkeep.used()
        rested = []
        for seconds in (RESTS_S[0] - 1, RESTS_S[0], RESTS_S[1] - 1, RESTS_S[1], RESTS_S[1] + 60):
            now = start + seconds
            rested.append(upkeep.rests())
        assert rested == [False, True, False, True, False]
        start = now


def test_what_became_garbage_after_a_rest_goes_at_the_next(collected_by_hand):
    now = 0.0
    upkeep = Upkeep(lambda: now)
    held = Knot()
    knot = weakref.ref(held)
    for now in RESTS_S:
        assert upkeep.rests()
        assert gc.get_freeze_count() > 0
        assert (knot() is None) == (now == RESTS_S[1])
        held = None
