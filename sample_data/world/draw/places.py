"""Backgrounds: the ground of each place, below the horizon."""

import random
from collections.abc import Callable

from .canvas import SIDE, Canvas
from .paint import Paint, darker, lighter, mixed

Lit = Callable[[Paint], Paint]
"""How a sky changes a colour."""

HORIZON = 92.0

GROUNDS: dict[str, Paint] = {
    "park": (162, 212, 116),
    "street": (202, 200, 204),
    "beach": (246, 222, 160),
    "lake": (170, 212, 128),
    "snow": (240, 246, 252),
}
WATER: Paint = (86, 170, 220)
SHADES: dict[str, tuple[Paint, float]] = {
    "day": ((255, 255, 255), 0.0),
    "evening": ((214, 110, 80), 0.26),
    "night": ((16, 24, 74), 0.58),
    "rain": ((92, 104, 124), 0.4),
}
"""What each sky blends into everything behind the figures, and how strongly."""


def draw_place(canvas: Canvas, place: str, sky: str, dice: random.Random) -> None:
    """Draw hills, water, roads and ground of a place under a sky."""
    tone, share = SHADES[sky]

    def lit(paint: Paint) -> Paint:
        return mixed(paint, tone, share)

    ground = lit(GROUNDS[place])
    if place == "street":
        _skyline(canvas, lit((176, 186, 206)), sky, dice)
    elif place in ("park", "lake", "snow"):
        _hills(canvas, place, lit, dice)
    canvas.box(0, HORIZON, SIDE, SIDE, ground)
    if place == "park":
        _meadow(canvas, lit, dice)
    elif place == "street":
        canvas.box(0, 104, SIDE, 146, lit((112, 114, 126)))
        canvas.box(0, 101, SIDE, 105, lit((232, 232, 232)))
        canvas.box(0, 145, SIDE, 149, lit((232, 232, 232)))
        for dash in range(5):
            canvas.box(dash * 44 + 4, 123.5, dash * 44 + 26, 126.5, lit((250, 246, 226)))
    elif place == "beach":
        _sea(canvas, lit, dice)
    elif place == "lake":
        _lake(canvas, lit, dice)
    else:
        for _ in range(9):
            x, y = dice.uniform(0, SIDE), dice.uniform(104, 188)
            canvas.ellipse(x, y, dice.uniform(8, 22), 2.4, lit((220, 230, 244)))


HILLS: dict[str, tuple[Paint, Paint]] = {
    "park": ((150, 196, 160), (126, 190, 108)),
    "lake": ((130, 176, 176), (120, 182, 120)),
    "snow": ((190, 206, 228), (222, 232, 246)),
}
"""Far and near hills."""


def _hills(canvas: Canvas, place: str, lit: Lit, dice: random.Random) -> None:
    far, near = HILLS[place]
    start = dice.uniform(-20, 20)
    for step in range(4):
        x = start + step * 60
        if place == "snow":
            peak = dice.uniform(34, 48)
            canvas.polygon(
                [(x - 48, HORIZON + 2), (x, HORIZON - peak), (x + 48, HORIZON + 2)], lit(far)
            )
            canvas.polygon(
                [
                    (x - 15, HORIZON - peak * 0.68),
                    (x, HORIZON - peak),
                    (x + 15, HORIZON - peak * 0.68),
                    (x + 5, HORIZON - peak * 0.6),
                    (x - 5, HORIZON - peak * 0.72),
                ],
                lit((252, 254, 255)),
            )
        else:
            canvas.ellipse(x, HORIZON + 8, 50, dice.uniform(28, 40), lit(far))
    for step in range(3):
        canvas.ellipse(start + 24 + step * 76, HORIZON + 8, 58, dice.uniform(15, 22), lit(near))


def _skyline(canvas: Canvas, paint: Paint, sky: str, dice: random.Random) -> None:
    x = -6.0
    while x < SIDE:
        wide, high = dice.uniform(18, 30), dice.uniform(26, 58)
        wall = mixed(paint, (90, 100, 130), dice.uniform(0, 0.28))
        canvas.box(x, HORIZON - high, x + wide - 1, HORIZON + 1, wall)
        glass = (250, 214, 120) if sky in ("night", "evening") else lighter(paint, 0.45)
        for row in range(int(high // 11)):
            for column in range(int(wide // 8)):
                if dice.random() < 0.6:
                    left, top = x + 3 + column * 8, HORIZON - high + 4 + row * 11
                    canvas.box(left, top, left + 3.6, top + 5, glass)
        x += wide


def _meadow(canvas: Canvas, lit: Lit, dice: random.Random) -> None:
    for _ in range(8):
        x, y = dice.uniform(0, SIDE), dice.uniform(100, 186)
        canvas.ellipse(x, y, dice.uniform(10, 24), 2.6, lit((148, 202, 102)))
    for _ in range(14):
        x, y = dice.uniform(4, 188), dice.uniform(104, 188)
        canvas.ellipse(x, y, 1.7, 1.7, lit(dice.choice(((255, 255, 255), (255, 232, 150)))))


def _sea(canvas: Canvas, lit: Lit, dice: random.Random) -> None:
    canvas.box(0, HORIZON, SIDE, 124, lit(WATER))
    canvas.box(0, HORIZON, SIDE, 98, lit(darker(WATER, 0.16)))
    _waves(canvas, 101, 119, lit, dice)
    for step in range(9):
        canvas.ellipse(step * 24, 125, 15, 4.5, lit((255, 255, 250)))
    canvas.box(0, 127, SIDE, SIDE, lit(GROUNDS["beach"]))
    for _ in range(16):
        x, y = dice.uniform(0, SIDE), dice.uniform(134, 190)
        canvas.ellipse(x, y, 1.8, 1.1, lit((226, 196, 128)))


def _lake(canvas: Canvas, lit: Lit, dice: random.Random) -> None:
    canvas.box(0, 106, SIDE, 150, lit(WATER))
    canvas.box(0, 106, SIDE, 109, lit(darker(WATER, 0.2)))
    _waves(canvas, 113, 146, lit, dice)
    for step in range(8):
        canvas.ellipse(step * 28 + 6, 152, 22, 5.5, lit(darker(GROUNDS["lake"], 0.1)))
    canvas.box(0, 153, SIDE, SIDE, lit(GROUNDS["lake"]))
    for step in range(6):
        x = (8, 184)[step % 2] + dice.uniform(-6, 6)
        canvas.line([(x, 156), (x + dice.uniform(-3, 3), 134)], 1.8, lit((90, 140, 70)))


def _waves(canvas: Canvas, top: float, bottom: float, lit: Lit, dice: random.Random) -> None:
    for _ in range(8):
        x, y = dice.uniform(0, SIDE), dice.uniform(top, bottom)
        canvas.box(x, y, x + dice.uniform(8, 20), y + 1.6, lit((176, 220, 244)), 0.8)
