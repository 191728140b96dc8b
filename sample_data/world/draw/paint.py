"""Colours of everything, and how to shade them."""

Paint = tuple[int, ...]
"""Red, green, blue and optionally alpha, 0 to 255."""

PAINTS: dict[str, Paint] = {
    "red": (226, 48, 50),
    "blue": (36, 98, 222),
    "green": (22, 148, 70),
    "yellow": (252, 206, 30),
    "purple": (142, 60, 190),
    "orange": (248, 130, 28),
    "pink": (250, 148, 190),
    "white": (250, 248, 244),
    "black": (44, 42, 50),
    "brown": (142, 86, 44),
    "grey": (140, 144, 154),
}

SKINS: tuple[Paint, ...] = ((255, 219, 185), (240, 190, 150), (198, 140, 98), (140, 90, 60))
HAIRS: tuple[Paint, ...] = ((60, 40, 30), (36, 34, 42), (110, 66, 34), (196, 128, 46))
"""From dark to fair; a fair head on a dark skin would look bald from afar."""

INK: Paint = (44, 40, 56)
"""Eyes, mouths, wheels: the darkest tone used for small features."""


def mixed(first: Paint, second: Paint, share: float) -> Paint:
    """Return ``first`` with a share of ``second`` in it."""
    return tuple(
        round(a * (1 - share) + b * share) for a, b in zip(first[:3], second[:3], strict=True)
    )


def darker(paint: Paint, share: float = 0.22) -> Paint:
    """Return a shaded tone."""
    return mixed(paint, (20, 16, 40), share)


def lighter(paint: Paint, share: float = 0.3) -> Paint:
    """Return a lit tone."""
    return mixed(paint, (255, 255, 255), share)


def sheer(paint: Paint, alpha: int) -> Paint:
    """Return a tone through which what is below shines."""
    return (*paint[:3], alpha)
