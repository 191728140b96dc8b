"""Faces: what a mood does to eyes, brows, cheeks and mouth."""

from .canvas import Canvas
from .paint import INK, Paint

BLUSH: Paint = (240, 96, 96, 120)


def draw_face(canvas: Canvas, mood: str, x: float, y: float, radius: float, toward: int) -> None:
    """Draw a face in a head around ``(x, y)``, looking a little to one side."""
    x += radius * 0.08 * toward
    wide = radius * 0.12
    for side in (-1, 1):
        eye, level = x + side * radius * 0.38, y - radius * 0.08
        _eye(canvas, mood, eye, level, radius)
        if mood == "tense":
            canvas.line(
                [
                    (eye + side * radius * 0.26, level - radius * 0.42),
                    (eye - side * radius * 0.16, level - radius * 0.2),
                ],
                wide,
                INK,
            )
        elif mood in ("gloomy", "lonely"):
            canvas.line(
                [
                    (eye + side * radius * 0.22, level - radius * 0.22),
                    (eye - side * radius * 0.14, level - radius * 0.4),
                ],
                wide * 0.8,
                INK,
            )
        if mood in ("cheerful", "festive"):
            canvas.ellipse(
                x + side * radius * 0.62, y + radius * 0.26, radius * 0.2, radius * 0.14, BLUSH
            )
    _mouth(canvas, mood, x, y + radius * 0.44, radius)


def _eye(canvas: Canvas, mood: str, x: float, y: float, radius: float) -> None:
    if mood == "peaceful":
        canvas.arc(x, y - radius * 0.06, radius * 0.17, radius * 0.15, 0, 180, radius * 0.11, INK)
    elif mood == "festive":
        canvas.arc(x, y + radius * 0.1, radius * 0.17, radius * 0.18, 180, 360, radius * 0.12, INK)
    elif mood == "lonely":
        canvas.ellipse(x, y + radius * 0.08, radius * 0.12, radius * 0.12, INK)
    else:
        canvas.ellipse(x, y, radius * 0.13, radius * 0.17, INK)


def _mouth(canvas: Canvas, mood: str, x: float, y: float, radius: float) -> None:
    width = radius * 0.12
    if mood == "festive":
        canvas.pie(x, y - radius * 0.18, radius * 0.38, radius * 0.46, 0, 180, (150, 30, 50))
        canvas.box(
            x - radius * 0.3,
            y - radius * 0.18,
            x + radius * 0.3,
            y - radius * 0.06,
            (255, 255, 255),
        )
    elif mood == "cheerful":
        canvas.arc(x, y - radius * 0.2, radius * 0.36, radius * 0.32, 15, 165, width, INK)
    elif mood == "peaceful":
        canvas.arc(x, y - radius * 0.16, radius * 0.22, radius * 0.2, 20, 160, width, INK)
    elif mood == "tense":
        canvas.line([(x - radius * 0.28, y + radius * 0.04), (x + radius * 0.28, y)], width, INK)
    elif mood == "gloomy":
        canvas.arc(x, y + radius * 0.26, radius * 0.3, radius * 0.26, 200, 340, width, INK)
    else:
        canvas.arc(x, y + radius * 0.16, radius * 0.17, radius * 0.12, 205, 335, width, INK)
