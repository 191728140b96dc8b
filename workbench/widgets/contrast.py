"""How well one colour stands out from another, as WCAG 2.1 counts it."""

from __future__ import annotations

from functools import lru_cache

LEAST = 3.5
"""Bars and the like need 3; the rest is for what rounding to 256 colours takes away."""

Rgb = tuple[int, int, int]


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours (0 to 255), in [1, 21].

    >>> round(contrast((0, 0, 0), (255, 255, 255)), 1)
    21.0
    """
    dark, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@lru_cache(maxsize=256)
def visible(colour: str, ground: Rgb) -> str:
    """Return a #RRGGBB colour, mixed with black or white until it stands out from its ground.

    >>> visible("#56B4E9", (0, 0, 0))
    '#56b4e9'
    >>> visible("#56B4E9", (251, 250, 247))
    '#4087af'
    """
    own = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    far = 0 if _luminance(ground) > 0.18 else 255
    for step in range(21):
        red, green, blue = (round(part + (far - part) * step / 20) for part in own)
        if contrast((red, green, blue), ground) >= LEAST:
            break
    return f"#{red:02x}{green:02x}{blue:02x}"


def _luminance(colour: Rgb) -> float:
    """Return the relative luminance of an sRGB colour."""
    parts = (part / 255 for part in colour)
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
