"""What people hold: umbrellas, balloons, balls, bouquets, dogs on a leash."""

from .animals import draw_animal
from .canvas import Canvas, Point
from .paint import PAINTS, Paint, darker, lighter

STICK: Paint = (90, 66, 60)


def draw_item(
    canvas: Canvas, kind: str, colour: str, hand: Point, ground: float, adult: float, side: int
) -> None:
    """Draw an item in a hand; ``side`` is 1 where the hand is right of the body."""
    paint = PAINTS[colour]
    if kind == "umbrella":
        _umbrella(canvas, paint, hand, adult, side)
    elif kind == "balloon":
        _balloon(canvas, paint, hand, adult, side)
    elif kind == "ball":
        draw_ball(
            canvas, paint, hand[0] + side * adult * 0.05, hand[1] + adult * 0.03, adult * 0.115
        )
    elif kind == "bouquet":
        _bouquet(canvas, paint, hand, adult)
    elif kind == "dog":
        x = hand[0] + side * adult * 0.3
        canvas.line([hand, (x - side * adult * 0.02, ground - adult * 0.26)], adult * 0.02, STICK)
        draw_animal(canvas, "dog", colour, x, ground, adult * 0.42, side)


def _umbrella(canvas: Canvas, paint: Paint, hand: Point, adult: float, side: int) -> None:
    x, y = hand[0] + side * adult * 0.04, hand[1] - adult * 0.27
    wide, high = adult * 0.31, adult * 0.25
    canvas.line(
        [(x, y), hand, (hand[0] - side * adult * 0.01, hand[1] + adult * 0.1)], adult * 0.026, STICK
    )
    canvas.pie(x, y, wide + adult * 0.018, high + adult * 0.018, 180, 360, darker(paint, 0.5))
    canvas.pie(x, y, wide, high, 180, 360, paint)
    canvas.pie(x, y, wide * 0.42, high, 180, 360, lighter(paint, 0.25))
    for place in (-0.7, 0.0, 0.7):
        canvas.ellipse(
            x + place * wide * 0.96, y + adult * 0.01, wide * 0.3, adult * 0.03, darker(paint, 0.3)
        )
    canvas.line([(x, y - high), (x, y - high - adult * 0.04)], adult * 0.03, STICK)


def _balloon(canvas: Canvas, paint: Paint, hand: Point, adult: float, side: int) -> None:
    x, y, size = hand[0] + side * adult * 0.08, hand[1] - adult * 0.4, adult * 0.165
    canvas.line([hand, (x, y + size)], max(0.9, adult * 0.013), STICK)
    canvas.ellipse(x, y, size * 0.97, size * 1.14, darker(paint, 0.4))
    canvas.ellipse(x, y, size * 0.88, size * 1.05, paint)
    canvas.polygon(
        [(x - size * 0.2, y + size * 1.3), (x + size * 0.2, y + size * 1.3), (x, y + size)],
        darker(paint),
    )
    canvas.ellipse(x - size * 0.32, y - size * 0.4, size * 0.2, size * 0.28, lighter(paint, 0.65))


def draw_ball(canvas: Canvas, paint: Paint, x: float, y: float, radius: float) -> None:
    """Draw a ball with a white band."""
    canvas.ellipse(x, y, radius * 1.08, radius * 1.08, darker(paint, 0.45))
    canvas.ellipse(x, y, radius * 0.97, radius * 0.97, paint)
    canvas.pie(x, y, radius * 0.97, radius * 0.97, 205, 245, (255, 255, 255))
    canvas.pie(x, y, radius * 0.97, radius * 0.97, 25, 65, (255, 255, 255))
    canvas.ellipse(x, y, radius * 0.26, radius * 0.26, (255, 255, 255))


def _bouquet(canvas: Canvas, paint: Paint, hand: Point, adult: float) -> None:
    x, y = hand
    canvas.polygon(
        [
            (x - adult * 0.13, y - adult * 0.07),
            (x + adult * 0.13, y - adult * 0.07),
            (x + adult * 0.02, y + adult * 0.09),
            (x - adult * 0.02, y + adult * 0.09),
        ],
        (70, 140, 80),
    )
    for right, up in ((-0.1, 0.09), (0.1, 0.09), (0.0, 0.16), (0.0, 0.07)):
        px, py = x + right * adult, y - up * adult
        canvas.ellipse(px, py, adult * 0.072, adult * 0.072, darker(paint, 0.35))
        canvas.ellipse(px, py, adult * 0.06, adult * 0.06, paint)
        canvas.ellipse(px, py, adult * 0.02, adult * 0.02, (255, 244, 200))
