"""A square canvas with smooth edges: shapes are drawn large and averaged down."""

import math
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw

from .paint import Paint

SIDE = 192
"""Width and height of a finished image in pixels; also the unit of all coordinates."""

OVERSAMPLING = 3
ARC_STEPS = 24

Point = tuple[float, float]


class Canvas:
    """Shapes in image coordinates; alpha in a paint lets what is below shine through."""

    def __init__(self, ground: Paint) -> None:
        self._image = Image.new("RGB", (SIDE * OVERSAMPLING,) * 2, ground[:3])
        self._pen: Any = ImageDraw.Draw(self._image, "RGBA")

    def ellipse(self, x: float, y: float, rx: float, ry: float, paint: Paint) -> None:
        """Fill an ellipse around a centre."""
        self._pen.ellipse(_scaled((x - rx, y - ry), (x + rx, y + ry)), fill=paint)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, paint: Paint, radius: float = 0
    ) -> None:
        """Fill a rectangle, with round corners if wanted."""
        corners = _scaled((x0, y0), (x1, y1))
        self._pen.rounded_rectangle(corners, radius * OVERSAMPLING, fill=paint)

    def polygon(self, points: Sequence[Point], paint: Paint) -> None:
        """Fill a polygon."""
        self._pen.polygon(_scaled(*points), fill=paint)

    def line(self, points: Sequence[Point], width: float, paint: Paint) -> None:
        """Draw a line with round ends and joints."""
        self._pen.line(
            _scaled(*points), fill=paint, width=max(1, round(width * OVERSAMPLING)), joint="curve"
        )
        if width >= 2 and len(paint) == 3:
            for x, y in points:
                self.ellipse(x, y, width / 2, width / 2, paint)

    def arc(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        start: float,
        end: float,
        width: float,
        paint: Paint,
    ) -> None:
        """Draw a part of an ellipse's outline, in degrees clockwise from the right."""
        steps = [
            math.radians(start + (end - start) * step / ARC_STEPS) for step in range(ARC_STEPS + 1)
        ]
        self.line([(x + rx * math.cos(a), y + ry * math.sin(a)) for a in steps], width, paint)

    def band(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        start: float,
        end: float,
        width: float,
        paint: Paint,
    ) -> None:
        """Draw a part of an ellipse's rim with flat ends; unlike an arc it may be sheer."""
        corners = _scaled((x - rx, y - ry), (x + rx, y + ry))
        self._pen.arc(corners, start, end, fill=paint, width=round(width * OVERSAMPLING))

    def pie(
        self, x: float, y: float, rx: float, ry: float, start: float, end: float, paint: Paint
    ) -> None:
        """Fill a sector of an ellipse."""
        corners = _scaled((x - rx, y - ry), (x + rx, y + ry))
        self._pen.pieslice(corners, start, end, fill=paint)

    def stamp(
        self, shape: Sequence[Point], marks: Sequence[tuple[str, tuple[float, ...]]], paint: Paint
    ) -> None:
        """Draw marks (``box`` or ``dot``) only where they fall inside a polygon."""
        inside = Image.new("L", self._image.size, 0)
        ImageDraw.Draw(inside).polygon(_scaled(*shape), fill=255)
        drawn = Image.new("L", self._image.size, 0)
        pen = ImageDraw.Draw(drawn)
        for form, (x0, y0, x1, y1) in marks:
            draw = pen.rectangle if form == "box" else pen.ellipse
            draw(_scaled((x0, y0), (x1, y1)), fill=255)
        both = Image.composite(drawn, Image.new("L", drawn.size, 0), inside)
        self._image.paste(paint[:3], (0, 0), both)

    def wash(self, paint: Paint, strength: float) -> None:
        """Blend the whole picture towards one colour."""
        flat = Image.new("RGB", self._image.size, paint[:3])
        self._image = Image.blend(self._image, flat, strength)
        self._pen = ImageDraw.Draw(self._image, "RGBA")

    def finished(self) -> Image.Image:
        """Return the picture at its final size."""
        return self._image.reduce(OVERSAMPLING)


def _scaled(*points: Point) -> list[tuple[int, int]]:
    return [(round(x * OVERSAMPLING), round(y * OVERSAMPLING)) for x, y in points]
