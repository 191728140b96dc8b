"""The sky, and the light and small signs by which a mood shows."""

import random

from .canvas import SIDE, Canvas
from .mood import Mood
from .paint import Paint, mixed
from .places import HORIZON

GRADIENTS: dict[str, tuple[Paint, Paint]] = {
    "day": ((104, 184, 246), (212, 238, 252)),
    "evening": ((118, 84, 156), (255, 176, 106)),
    "night": ((12, 18, 58), (46, 62, 122)),
    "rain": ((112, 126, 148), (172, 184, 198)),
}
MOOD_SKIES: dict[str, tuple[Paint, float]] = {
    "cheerful": ((255, 250, 210), 0.1),
    "festive": ((255, 190, 220), 0.22),
    "peaceful": ((252, 226, 222), 0.4),
    "lonely": ((70, 96, 150), 0.42),
    "gloomy": ((104, 106, 112), 0.62),
    "tense": ((110, 22, 44), 0.62),
}
WASHES: dict[str, tuple[Paint, float]] = {
    "cheerful": ((255, 236, 160), 0.05),
    "festive": ((255, 200, 220), 0.04),
    "peaceful": ((255, 236, 222), 0.16),
    "lonely": ((44, 70, 130), 0.2),
    "gloomy": ((112, 114, 120), 0.24),
    "tense": ((96, 12, 40), 0.2),
}
CONFETTI: tuple[Paint, ...] = (
    (250, 80, 110),
    (255, 214, 60),
    (80, 200, 250),
    (130, 220, 120),
    (250, 150, 230),
)


def draw_sky(canvas: Canvas, sky: str, mood: Mood, dice: random.Random) -> None:
    """Draw the sky down to the horizon, with sun, moon, clouds and what the mood adds."""
    top, low = GRADIENTS[sky]
    tone, share = MOOD_SKIES[mood.name]
    share *= mood.strength
    bands = 12
    for band in range(bands):
        clear = mixed(mixed(top, low, band / (bands - 1)), mood.haze, mood.haze_share)
        colour = mixed(clear, tone, share)
        canvas.box(0, HORIZON * band / bands, SIDE, HORIZON * (band + 1) / bands + 1, colour)
    side = dice.choice((30.0, 162.0))
    if sky == "day":
        _sun(canvas, side, 24, mood.name)
    elif sky == "evening":
        canvas.ellipse(side, HORIZON - 6, 27, 27, (255, 214, 130, 110))
        canvas.ellipse(side, HORIZON - 6, 19, 19, mixed((255, 226, 130), tone, share * 0.4))
    elif sky == "night":
        _night(canvas, side, dice)
    _clouds(canvas, sky, mood, dice)
    if mood.has_sign and mood.name == "tense":
        _lightning(canvas, SIDE - side, dice)
    elif mood.has_sign and mood.name == "cheerful":
        _rainbow(canvas)


def _sun(canvas: Canvas, x: float, y: float, mood: str) -> None:
    if mood in ("gloomy", "tense"):
        canvas.ellipse(x, y, 13, 13, (238, 226, 190, 130))
        return
    canvas.ellipse(x, y, 24, 24, (255, 244, 170, 110))
    canvas.ellipse(x, y, 16, 16, (255, 222, 70))


def _night(canvas: Canvas, x: float, dice: random.Random) -> None:
    for _ in range(26):
        size = dice.uniform(0.6, 1.5)
        canvas.ellipse(dice.uniform(3, 189), dice.uniform(3, 70), size, size, (255, 248, 210))
    canvas.ellipse(x, 24, 19, 19, (255, 250, 220, 50))
    canvas.ellipse(x, 24, 13, 13, (252, 244, 206))
    canvas.ellipse(x - 4, 21, 2.6, 2.6, (226, 216, 176))
    canvas.ellipse(x + 4, 28, 1.9, 1.9, (226, 216, 176))


def _clouds(canvas: Canvas, sky: str, mood: Mood, dice: random.Random) -> None:
    most = {"gloomy": 6, "tense": 6, "lonely": 3}.get(mood.name, 2)
    number = 2 + round((most - 2) * mood.strength) + 2 * (sky == "rain")
    paint: Paint = {
        "gloomy": (96, 100, 110),
        "tense": (58, 26, 48),
        "lonely": (112, 130, 166),
        "peaceful": (255, 244, 240),
    }.get(mood.name, (255, 255, 255))
    paint = mixed((255, 255, 255), paint, mood.strength)
    if sky == "rain":
        paint = mixed(paint, (88, 96, 112), 0.6)
    elif sky == "night":
        paint = mixed(paint, (30, 38, 84), 0.6)
    elif sky == "evening":
        paint = mixed(paint, (250, 160, 130), 0.35)
    for step in range(number):
        x = (step + dice.uniform(0.15, 0.85)) * SIDE / number
        y, size = dice.uniform(8, 44), dice.uniform(9, 14)
        for right, up, radius in ((-1.1, 0, 0.75), (0, 0.4, 1.0), (1.1, 0, 0.75), (0, -0.1, 1.0)):
            canvas.ellipse(
                x + right * size, y - up * size, radius * size * 1.1, radius * size * 0.8, paint
            )


def _lightning(canvas: Canvas, x: float, dice: random.Random) -> None:
    x += dice.uniform(-16, 16)
    canvas.polygon(
        [(x, 12), (x + 13, 12), (x + 4, 38), (x + 13, 38), (x - 9, 78), (x - 2, 47), (x - 11, 47)],
        (255, 240, 150),
    )


def _rainbow(canvas: Canvas) -> None:
    stripes: tuple[Paint, ...] = (
        (240, 90, 90, 150),
        (250, 170, 70, 150),
        (250, 230, 90, 150),
        (110, 200, 120, 150),
        (90, 150, 230, 150),
    )
    for step, paint in enumerate(stripes):
        canvas.band(96, HORIZON + 6, 102 - step * 4, 84 - step * 4, 180, 360, 4, paint)


def draw_mood(canvas: Canvas, sky: str, mood: Mood, dice: random.Random) -> None:
    """Lay a mood's light, weather and small signs over the finished figures."""
    tone, share = WASHES[mood.name]
    canvas.wash(tone, share * mood.strength)
    canvas.wash(mood.haze, mood.haze_share * 0.25)
    if sky == "rain":
        _rain(canvas, dice)
    if mood.has_sign:
        _sign(canvas, mood.name, dice)


def _sign(canvas: Canvas, mood: str, dice: random.Random) -> None:
    if mood == "festive":
        _bunting(canvas)
        for _ in range(46):
            x, y = dice.uniform(2, 188), dice.uniform(18, 184)
            wide, high = dice.uniform(2.2, 4), dice.uniform(2.2, 4)
            canvas.box(x, y, x + wide, y + high, dice.choice(CONFETTI))
    elif mood == "peaceful":
        _birds(canvas, dice)
    elif mood == "lonely":
        for step in range(7):
            edge = step * 3.2
            canvas.box(0, 0, SIDE, 22 - edge, (16, 26, 66, 26))
            canvas.box(0, 0, 22 - edge, SIDE, (16, 26, 66, 26))
            canvas.box(SIDE - 22 + edge, 0, SIDE, SIDE, (16, 26, 66, 26))
    elif mood == "gloomy":
        for y in (88, 110, 136):
            canvas.ellipse(dice.uniform(20, 170), y, 110, 8, (208, 210, 214, 38))
    elif mood == "tense":
        for step in range(7):
            edge = step * 3.0
            canvas.box(0, 0, SIDE, 20 - edge, (50, 0, 20, 24))
            canvas.box(0, SIDE - 20 + edge, SIDE, SIDE, (50, 0, 20, 24))


def _rain(canvas: Canvas, dice: random.Random) -> None:
    for _ in range(70):
        x, y, length = dice.uniform(0, 200), dice.uniform(-10, 186), dice.uniform(8, 15)
        canvas.line([(x, y), (x - length * 0.28, y + length)], 1.3, (214, 230, 246, 170))


def _bunting(canvas: Canvas) -> None:
    canvas.arc(48, 2, 52, 14, 0, 180, 1.2, (90, 70, 80))
    canvas.arc(144, 2, 52, 14, 0, 180, 1.2, (90, 70, 80))
    for step in range(10):
        x = 10 + step * 19
        sag = 14 * (1 - (((x % 96) - 48) / 52) ** 2) ** 0.5
        canvas.polygon([(x - 7, 1 + sag), (x + 7, 1 + sag), (x, 17 + sag)], CONFETTI[step % 5])


def _birds(canvas: Canvas, dice: random.Random) -> None:
    x, y = dice.uniform(50, 110), dice.uniform(18, 40)
    for right, down in ((0, 0), (15, 7), (28, -3)):
        for wing in (-1, 1):
            canvas.arc(
                x + right + wing * 4,
                y + down,
                4,
                4,
                190 if wing < 0 else 200,
                340 if wing < 0 else 350,
                1.7,
                (74, 74, 96),
            )
