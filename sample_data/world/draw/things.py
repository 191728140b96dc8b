"""Cars, boats, houses, trees and balls lying on the ground."""

from .canvas import Canvas
from .items import draw_ball
from .paint import INK, PAINTS, Paint, darker, lighter

WINDOW: Paint = (196, 232, 250)
LIT: Paint = (255, 222, 120)
WOOD: Paint = (122, 80, 50)
ROOF: Paint = (112, 62, 58)


def draw_thing(
    canvas: Canvas, kind: str, colour: str, x: float, ground: float, size: float, dark: bool
) -> None:
    """Draw a thing ``size`` wide standing at ``(x, ground)``; windows are lit when it is dark."""
    paint = PAINTS[colour]
    if kind == "car":
        _car(canvas, paint, x, ground, size, LIT if dark else WINDOW)
    elif kind == "boat":
        _boat(canvas, paint, x, ground, size)
    elif kind == "house":
        _house(canvas, paint, x, ground, size, LIT if dark else WINDOW)
    elif kind == "tree":
        _tree(canvas, paint, x, ground, size)
    else:
        canvas.ellipse(x, ground, size * 0.4, size * 0.08, (20, 20, 50, 80))
        draw_ball(canvas, paint, x, ground - size * 0.38, size * 0.38)


def _car(canvas: Canvas, paint: Paint, x: float, ground: float, size: float, glass: Paint) -> None:
    edge = darker(paint, 0.5)
    canvas.ellipse(x, ground, size * 0.52, size * 0.06, (20, 20, 50, 90))
    for grow, tone in ((size * 0.018, edge), (0.0, paint)):
        canvas.polygon(
            [
                (x - size * 0.3 - grow, ground - size * 0.3),
                (x - size * 0.19 - grow, ground - size * 0.52 - grow),
                (x + size * 0.12 + grow, ground - size * 0.52 - grow),
                (x + size * 0.29 + grow, ground - size * 0.3),
            ],
            tone,
        )
        canvas.box(
            x - size * 0.48 - grow,
            ground - size * 0.33 - grow,
            x + size * 0.48 + grow,
            ground - size * 0.1 + grow,
            tone,
            size * 0.09,
        )
    sill, lintel = ground - size * 0.31, ground - size * 0.47
    canvas.polygon(
        [
            (x - size * 0.22, sill),
            (x - size * 0.15, lintel),
            (x - size * 0.05, lintel),
            (x - size * 0.05, sill),
        ],
        glass,
    )
    canvas.polygon(
        [(x, sill), (x, lintel), (x + size * 0.1, lintel), (x + size * 0.2, sill)], glass
    )
    canvas.ellipse(x + size * 0.45, ground - size * 0.24, size * 0.04, size * 0.04, LIT)
    for wheel in (-0.27, 0.27):
        canvas.ellipse(x + wheel * size, ground - size * 0.09, size * 0.11, size * 0.11, INK)
        canvas.ellipse(
            x + wheel * size, ground - size * 0.09, size * 0.05, size * 0.05, (210, 210, 216)
        )


def _boat(canvas: Canvas, paint: Paint, x: float, ground: float, size: float) -> None:
    canvas.ellipse(x, ground, size * 0.5, size * 0.06, (255, 255, 255, 120))
    canvas.line([(x, ground - size * 0.2), (x, ground - size * 0.92)], size * 0.045, WOOD)
    for side, wide, high in ((1, 0.38, 0.84), (-1, 0.28, 0.7)):
        near = x + side * size * 0.05
        points = [
            (near, ground - size * 0.28),
            (near, ground - size * high),
            (x + side * size * (wide + 0.04), ground - size * 0.28),
        ]
        canvas.polygon(points, (255, 252, 240) if side == 1 else (236, 228, 214))
    hull = [
        (x - size * 0.48, ground - size * 0.24),
        (x + size * 0.48, ground - size * 0.24),
        (x + size * 0.32, ground),
        (x - size * 0.32, ground),
    ]
    canvas.line([*hull, hull[0]], size * 0.04, darker(paint, 0.5))
    canvas.polygon(hull, paint)
    rail, below = ground - size * 0.22, ground - size * 0.17
    canvas.polygon(
        [
            (x - size * 0.46, rail),
            (x + size * 0.46, rail),
            (x + size * 0.43, below),
            (x - size * 0.43, below),
        ],
        lighter(paint, 0.7),
    )
    canvas.polygon(
        [
            (x, ground - size * 0.92),
            (x + size * 0.17, ground - size * 0.87),
            (x, ground - size * 0.81),
        ],
        paint,
    )


def _house(
    canvas: Canvas, paint: Paint, x: float, ground: float, size: float, glass: Paint
) -> None:
    half, wall, edge = size * 0.42, ground - size * 0.5, darker(paint, 0.45)
    canvas.ellipse(x, ground, size * 0.5, size * 0.05, (20, 20, 50, 80))
    canvas.box(x + size * 0.18, ground - size * 0.92, x + size * 0.3, wall - size * 0.1, edge)
    canvas.box(x - half - size * 0.015, wall, x + half + size * 0.015, ground, edge)
    canvas.box(x - half, wall, x + half, ground, paint)
    canvas.polygon(
        [
            (x - size * 0.52, wall + size * 0.02),
            (x, ground - size * 0.96),
            (x + size * 0.52, wall + size * 0.02),
        ],
        ROOF,
    )
    canvas.line(
        [(x - size * 0.5, wall + size * 0.02), (x + size * 0.5, wall + size * 0.02)],
        size * 0.04,
        darker(ROOF, 0.3),
    )
    canvas.box(x - size * 0.1, ground - size * 0.3, x + size * 0.1, ground, WOOD, size * 0.02)
    for side in (-1, 1):
        left = x + side * size * 0.26 - size * 0.09
        canvas.box(
            left, ground - size * 0.38, left + size * 0.18, ground - size * 0.2, (250, 250, 250)
        )
        canvas.box(
            left + size * 0.02,
            ground - size * 0.36,
            left + size * 0.16,
            ground - size * 0.22,
            glass,
        )


def _tree(canvas: Canvas, paint: Paint, x: float, ground: float, size: float) -> None:
    canvas.ellipse(x, ground, size * 0.3, size * 0.05, (20, 20, 50, 80))
    canvas.polygon(
        [
            (x - size * 0.1, ground),
            (x + size * 0.1, ground),
            (x + size * 0.05, ground - size * 0.6),
            (x - size * 0.05, ground - size * 0.6),
        ],
        WOOD,
    )
    crown = ((-0.2, 0.62, 0.22), (0.2, 0.62, 0.22), (0.0, 0.86, 0.25), (0.0, 0.62, 0.24))
    for right, up, radius in crown:
        canvas.ellipse(
            x + right * size,
            ground - up * size,
            (radius + 0.025) * size,
            (radius + 0.025) * size,
            darker(paint, 0.45),
        )
    for right, up, radius in crown:
        canvas.ellipse(x + right * size, ground - up * size, radius * size, radius * size, paint)
    canvas.ellipse(
        x - size * 0.1, ground - size * 0.86, size * 0.11, size * 0.1, lighter(paint, 0.25)
    )
    for right, up in ((0.16, 0.66), (-0.2, 0.56), (0.06, 0.92)):
        canvas.ellipse(
            x + right * size, ground - up * size, size * 0.05, size * 0.045, darker(paint, 0.2)
        )
