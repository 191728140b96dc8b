"""Dogs, cats and ducks, seen from the side."""

from .canvas import Canvas, Point
from .paint import INK, PAINTS, Paint, darker, lighter

BEAK: Paint = (244, 140, 30)


class _Brush:
    """Draws in units of the animal's length, mirrored when it looks left."""

    def __init__(self, canvas: Canvas, x: float, ground: float, size: float, side: int) -> None:
        self.canvas, self.x, self.ground, self.size, self.side = canvas, x, ground, size, side

    def at(self, ahead: float, up: float) -> Point:
        return self.x + self.side * ahead * self.size, self.ground - up * self.size

    def blob(self, ahead: float, up: float, rx: float, ry: float, paint: Paint) -> None:
        self.canvas.ellipse(*self.at(ahead, up), rx * self.size, ry * self.size, paint)

    def stroke(self, points: list[Point], width: float, paint: Paint) -> None:
        self.canvas.line([self.at(*point) for point in points], width * self.size, paint)

    def patch(self, points: list[Point], paint: Paint) -> None:
        self.canvas.polygon([self.at(*point) for point in points], paint)


def draw_animal(
    canvas: Canvas, kind: str, colour: str, x: float, ground: float, size: float, side: int
) -> None:
    """Draw an animal ``size`` long whose feet are at ``(x, ground)``; side 1 looks right."""
    paint = PAINTS[colour]
    canvas.ellipse(x, ground, size * 0.48, size * 0.08, (20, 20, 50, 80))
    brush = _Brush(canvas, x, ground, size, side)
    edge = darker(paint, 0.5)
    parts = {"dog": _dog, "cat": _cat, "duck": _duck}[kind]
    parts(brush, edge, 0.035)
    parts(brush, paint, 0.0)
    _details(brush, kind, paint)


def _dog(brush: _Brush, paint: Paint, grow: float) -> None:
    for ahead in (-0.27, -0.15, 0.13, 0.25):
        brush.stroke([(ahead, 0.3), (ahead, 0.04)], 0.1 + grow, paint)
    brush.stroke([(-0.32, 0.44), (-0.44, 0.62), (-0.43, 0.7)], 0.085 + grow, paint)
    brush.blob(-0.02, 0.38, 0.36 + grow, 0.16 + grow, paint)
    brush.blob(0.3, 0.62, 0.2 + grow, 0.19 + grow, paint)
    brush.blob(0.46, 0.56, 0.13 + grow, 0.09 + grow, paint)
    brush.patch([(0.1, 0.3), (0.36, 0.36), (0.36, 0.6), (0.16, 0.6)], paint)


def _cat(brush: _Brush, paint: Paint, grow: float) -> None:
    for ahead in (-0.22, -0.12, 0.1, 0.2):
        brush.stroke([(ahead, 0.26), (ahead, 0.04)], 0.08 + grow, paint)
    brush.stroke([(-0.27, 0.36), (-0.42, 0.46), (-0.44, 0.68), (-0.36, 0.78)], 0.075 + grow, paint)
    brush.blob(-0.03, 0.33, 0.3 + grow, 0.145 + grow, paint)
    brush.blob(0.26, 0.54, 0.2 + grow, 0.175 + grow, paint)
    for tip in (0.12, 0.4):
        brush.patch(
            [
                (tip - 0.09 - grow, 0.62),
                (tip + 0.09 + grow, 0.62),
                (tip + (tip - 0.26) * 0.25, 0.84 + grow),
            ],
            paint,
        )


def _duck(brush: _Brush, paint: Paint, grow: float) -> None:
    brush.blob(-0.04, 0.24, 0.34 + grow, 0.2 + grow, paint)
    brush.patch([(-0.3, 0.3), (-0.46 - grow, 0.46 + grow), (-0.2, 0.4)], paint)
    brush.blob(0.24, 0.56, 0.16 + grow, 0.16 + grow, paint)
    brush.patch([(0.06, 0.2), (0.3 + grow, 0.26), (0.34 + grow, 0.56), (0.12 - grow, 0.56)], paint)


def _details(brush: _Brush, kind: str, paint: Paint) -> None:
    light = lighter(paint, 0.55)
    if kind == "dog":
        brush.patch([(0.14, 0.76), (0.26, 0.78), (0.2, 0.46), (0.1, 0.5)], darker(paint, 0.4))
        brush.blob(0.36, 0.66, 0.035, 0.042, INK if sum(paint) > 200 else (250, 250, 250))
        brush.blob(0.57, 0.59, 0.05, 0.042, INK)
        brush.blob(0.02, 0.3, 0.2, 0.06, light)
    elif kind == "cat":
        for ahead in (0.19, 0.35):
            brush.blob(ahead, 0.56, 0.036, 0.048, (250, 230, 90))
            brush.blob(ahead, 0.56, 0.018, 0.045, INK)
        brush.blob(0.27, 0.48, 0.03, 0.022, (236, 120, 140))
        brush.blob(0.0, 0.27, 0.15, 0.055, light)
    else:
        brush.patch([(0.36, 0.62), (0.56, 0.53), (0.36, 0.48)], BEAK)
        brush.blob(0.28, 0.61, 0.034, 0.04, INK)
        brush.blob(-0.1, 0.26, 0.18, 0.1, darker(paint, 0.16))
        for ahead in (-0.05, 0.08):
            brush.stroke([(ahead, 0.06), (ahead + 0.06, 0.0)], 0.06, BEAK)
