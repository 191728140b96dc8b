"""Lines of the screen do what the library's do, with less around them."""

from __future__ import annotations

import gc
import random
import sys

import pytest
from rich.segment import Segment
from rich.style import Style
from textual import strip
from textual.cache import FIFOCache
from textual.strip import Strip

from workbench.widgets.lean_strips import LIBRARYS_DIVIDE, lean_strips


@pytest.fixture
def lean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strip, "FIFOCache", FIFOCache)  # both are put back at the end
    monkeypatch.setattr(Strip, "divide", LIBRARYS_DIVIDE)
    lean_strips()


def line(chance: random.Random) -> list[Segment]:
    words = ("a man", "  ", "日本", "▀▀▀", "e\u0301")
    return [
        Segment(chance.choice(words), Style(bold=chance.random() < 0.5))
        for _ in range(chance.randrange(1, 6))
    ]


def parts(of: Strip, cuts: list[int]) -> list[list[Segment]]:
    return [list(part) for part in of.divide(cuts)]


def test_a_line_is_cut_as_the_library_cuts_it(lean: None) -> None:
    chance = random.Random(0)
    for _ in range(500):
        segments = line(chance)
        of = Strip(segments)
        cuts = [*sorted(chance.sample(range(1, of.cell_length + 3), 2)), of.cell_length]
        for wanted in (cuts[:1], cuts[-1:], cuts, cuts[-1:]):
            library = Strip(segments)
            divided = LIBRARYS_DIVIDE(library, wanted)
            assert parts(of, wanted) == [list(part) for part in divided]


def test_a_line_that_is_not_cut_is_no_garbage_afterwards(lean: None) -> None:
    gc.disable()
    try:
        gc.collect()
        of = Strip([Segment("a man")], 5)
        assert of.divide([5]) == [of]
        del of
        assert gc.collect() == 0
        of = Strip([Segment("a man")], 5)
        LIBRARYS_DIVIDE(of, [5])
        del of
        assert gc.collect() > 0, "the library's is no garbage either: this is needed no more"
    finally:
        gc.enable()


def test_a_line_takes_little_memory(lean: None) -> None:
    caches = [getattr(Strip([]), name) for name in Strip.__slots__ if name.endswith("_cache")]
    around = [cache for cache in caches if cache is not None]
    assert sum(map(sys.getsizeof, around)) <= 7 * sys.getsizeof({})
    assert not any(map(gc.is_tracked, around)), "it would be looked at with every search"
