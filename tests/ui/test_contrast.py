"""Contrast as WCAG counts it, and colours that are made to stand out."""

from __future__ import annotations

import pytest

from workbench.widgets.contrast import LEAST, contrast, visible


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ((0, 0, 0), (255, 255, 255), 21.0),
        ((119, 119, 119), (255, 255, 255), 4.48),
        ((0, 0, 238), (0, 0, 0), 2.23),
        ((9, 9, 9), (9, 9, 9), 1.0),
    ],
)
def test_contrast(one: tuple[int, int, int], other: tuple[int, int, int], ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("ground", [(0, 0, 0), (21, 24, 29), (251, 250, 247), (255, 255, 255)])
@pytest.mark.parametrize("colour", ["#000000", "#56B4E9", "#E69F00", "#D55E00", "#FFFFFF"])
def test_a_colour_stands_out_and_stays_itself_where_it_does(
    colour: str, ground: tuple[int, int, int]
) -> None:
    own, shown = (
        (int(c[1:3], 16), int(c[3:5], 16), int(c[5:], 16))
        for c in (colour, visible(colour, ground))
    )
    assert contrast(shown, ground) >= LEAST
    assert own == shown or contrast(own, ground) < LEAST
