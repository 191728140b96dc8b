"""Properties that queries have before any model sees them, as slices: masks that may overlap.

A property of a caption is read from its words (by whoever reads captions; here they are columns).
In i2t a query is an image, which is as its captions say: it has what at least half of them have,
and its length is their mean. So one caption that mentions a colour among five makes no slice of
it, and an image with one caption is what that caption is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.integer]

PANORAMA = 2.0
"""From this ratio of sides on a square crop shows half of the image or less."""


@dataclass(frozen=True, slots=True)
class Property:
    """What queries, captions or images differ in, and which of n are how.

    name    "caption length"
    slices  masks (n,) by name; a query may be in several or in none
    known   mask (n,) of those of which it is known: with a slice the rest of these is compared
    """

    name: str
    slices: Mapping[str, Mask]
    known: Mask

    def taken(self, rows: Rows) -> Property:
        """The same of some rows (m,), in their order."""
        slices = {name: mask[rows] for name, mask in self.slices.items()}
        return Property(self.name, slices, self.known[rows])

    def of_images(self, image: Rows, n: int) -> Property:
        """From captions to their ``n`` images: what is true for at least half of the captions.

        ``image`` (n_captions,) numbers each caption's image; of an image without captions nothing
        is known.

        >>> red = np.array([True, False, False, True])
        >>> found = Property("colour", {"red": red}, np.ones(4, bool)).of_images(
        ...     np.array([0, 0, 1, 2]), 4)
        >>> found.slices["red"].tolist(), found.known.tolist()
        ([True, False, True, False], [True, True, True, False])
        """
        sizes = np.bincount(image, minlength=n)

        def half(mask: Mask) -> Mask:
            return (2 * np.bincount(image[mask], minlength=n) >= sizes) & (sizes > 0)

        slices = {name: half(mask) for name, mask in self.slices.items()}
        return Property(self.name, slices, half(self.known))


def mean_of_images(values: npt.NDArray[np.integer], image: Rows, n: int) -> npt.NDArray[np.float64]:
    """Mean of ``values`` (n_captions,) of each of ``n`` images, 0 without captions."""
    sizes = np.bincount(image, minlength=n)
    return np.bincount(image, values, n) / np.maximum(sizes, 1)


def quartiles(values: npt.NDArray[np.integer | np.floating], unit: str) -> dict[str, Mask]:
    """Up to four bins of ``values`` (n,), about equally full, named by the values in them.

    Zeros are a bin of their own ("no words"). Equal values are never parted, so that bins are
    fewer, or unequal, where many values are equal.

    >>> list(quartiles(np.array([0, 5, 5, 5, 6, 7, 8, 9, 12]), "words"))
    ['no words', '5 words', '6 words', '7-8 words', '9-12 words']
    """
    column = np.asarray(values, np.float64)
    some = column > 0
    found = {} if some.all() else {f"no {unit}": ~some}
    if not some.any():
        return found
    limits = np.quantile(column[some], (0.25, 0.5, 0.75), method="inverted_cdf")
    limits = np.unique([*limits, column.max()])
    for low, high in zip((0.0, *limits[:-1]), limits, strict=True):
        mask = (column > low) & (column <= high)
        found[f"{_span(column[mask])} {unit}"] = mask
    return found


def _span(values: npt.NDArray[np.float64]) -> str:
    first, last = f"{values.min():.4g}", f"{values.max():.4g}"
    return first if first == last else f"{first}-{last}"


def counted(
    low: npt.NDArray[np.integer], open_ended: Mask, names: tuple[str, str, str, str, str]
) -> dict[str, Mask]:
    """Slices of how many: none, one, two, three or more, and several without a number.

    ``low`` (n,) is the least number that a caption allows; ``open_ended`` (n,) says that it names
    no other. ``names`` are those of the five slices.

    >>> found = counted(np.array([0, 2, 2]), np.array([False, False, True]), tuple("01235"))
    >>> [name for name, mask in found.items() if mask[2]]
    ['5']
    """
    several = open_ended & (low >= 2)
    masks = (low == 0, low == 1, low == 2, low >= 3)
    exact = {name: mask & ~several for name, mask in zip(names, masks, strict=False)}
    return {**exact, names[-1]: several}


def shapes(
    width: npt.NDArray[np.integer], height: npt.NDArray[np.integer], thumbnail: int
) -> dict[str, Mask]:
    """Slices by the pixels (n,) of images, 0 where they are not known.

    A thumbnail has no side over ``thumbnail`` pixels; a panorama is at least twice as long as
    short, either way.

    >>> found = shapes(np.array([400, 90]), np.array([200, 90]), 224)
    >>> [[name for name, mask in found.items() if mask[n]] for n in (0, 1)]
    [['landscape', 'panorama (2:1 or more)'], ['square', 'thumbnail (up to 224 px)']]
    """
    long, short = np.maximum(width, height), np.minimum(width, height)
    known = short > 0
    return {
        "landscape": known & (width > height),
        "portrait": known & (width < height),
        "square": known & (width == height),
        f"panorama ({PANORAMA:g}:1 or more)": known & (long >= PANORAMA * short),
        f"thumbnail (up to {thumbnail} px)": known & (long <= thumbnail),
    }
