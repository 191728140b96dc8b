"""Encodes a decoded picture for the sixel or the kitty protocol.

textual-image asks the terminal when it is imported, which Textual's input thread would swallow.
It is therefore imported only when one of these protocols is drawn, and with no terminal in sight;
only its size stays in sight, as it may change meanwhile.
"""

from __future__ import annotations

import base64
import fcntl
import importlib
import io
import math
import os
import re
import struct
import sys
import termios
from collections.abc import Iterator
from functools import cache
from itertools import count, cycle
from random import randint
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from PIL import Image

CHUNK = 4096
DEFAULT_CELL = (10, 20)
SMALLEST = 16
"""Pixels below which a side is not shrunk for the sake of bytes."""
FEWER_COLOURS = (64, 32)
"""Colours of a picture that is to take fewer bytes: with 16 things begin to lose theirs."""
COLOURS_OF = 100
"""Pixels of a side in which these colours are looked for."""

SIXEL = 6
_OPAQUE, _CLEAR = "\x1bP0;0;0q", "\x1bP0;1;0q"
_DEFINITION = re.compile(r"#(\d+);2;\d+;\d+;\d+")
_PLACEHOLDER = chr(0x10EEEE)


_ids = count(randint(1 << 8, 1 << 23))


def cell_pixels() -> tuple[int, int]:
    """Width and height of a cell in pixels as the terminal's driver knows it."""
    stream = sys.__stderr__
    try:
        if stream is None:
            return DEFAULT_CELL
        size = fcntl.ioctl(stream.fileno(), termios.TIOCGWINSZ, b"\0" * 8)
    except (OSError, ValueError):
        return DEFAULT_CELL
    rows, columns, width, height = struct.unpack("HHHH", size)
    if not (rows and columns and width and height):
        return DEFAULT_CELL
    return width // columns, height // rows


class Encode(Protocol):
    """Encodes a picture, in so many colours of its own or in all that it has."""

    def __call__(self, image: Image.Image, colours: int | None = None) -> str:
        """Return what is sent."""
        ...


def within(
    encode: Encode, image: Image.Image, most: int, *, posterized: bool = False
) -> tuple[str, Image.Image]:
    """Encode a picture into at most so many bytes: it is shrunk until it fits, its shape kept.

    Where `posterized` it has fewer colours before that: so it stays larger.
    """
    data, colours = encode(image), None
    for colours in FEWER_COLOURS if posterized else ():
        if len(data) <= most:
            break
        data = encode(image, colours)
    while len(data) > most and min(image.size) > SMALLEST:
        share = max(0.5, min(0.9, math.sqrt(most / len(data))))
        image = image.resize((int(image.width * share) or 1, int(image.height * share) or 1))
        data = encode(image, colours)
    return data, image


def sixels(image: Image.Image, colours: int | None = None) -> str:
    """Encode a picture as one sixel sequence.

    xterm takes a colour's definition for no choice of it, and would go on in the colour before:
    every definition is followed by the choice. Konsole paints sixels of six pixels whatever the
    height is said to be, over the text below: the height is made a multiple, and what is not
    painted stays as it is.
    """
    encoder = _import("textual_image._sixel")
    high = max(SIXEL, image.height - image.height % SIXEL)
    image = _posterized(image.resize((image.width, high)), colours)
    data = encoder.image_to_sixels(image)
    return _DEFINITION.sub(r"\g<0>#\1", data.replace(_OPAQUE, _CLEAR, 1))


def kitty_id(*, truecolor: bool) -> int:
    """Return a number for a picture that a colour of the terminal can carry."""
    return next(_ids) & 0xFFFFFF if truecolor else next(_few_ids())


@cache
def _few_ids() -> Iterator[int]:
    """Colours of the palette of 256 that stay themselves where a style is rounded to 256."""
    cube = range(16, 232)
    fixed = (Color.from_ansi(number).get_truecolor() for number in cube)
    rounded = (Color.from_rgb(*colour).downgrade(ColorSystem.EIGHT_BIT).number for colour in fixed)
    return cycle([number for number, back in zip(cube, rounded, strict=True) if number == back])


def kitty_strips(number: int, width: int, height: int) -> list[Strip]:
    """Lines of placeholder cells; the terminal puts the picture of that number there.

    The number travels as the cells' colour, of 24 bits or of the palette of 256.
    """
    marks = _import("textual_image.renderable.tgp")._NUMBER_TO_DIACRITIC
    if number < 256:
        colour = Color.from_rgb(*Color.from_ansi(number).get_truecolor())
    else:
        colour = Color.from_rgb(number >> 16 & 255, number >> 8 & 255, number & 255)
    style = Style.from_color(colour)
    return [
        Strip(
            [
                Segment(
                    "".join(f"{_PLACEHOLDER}{chr(marks[y])}{chr(marks[x])}" for x in range(width)),
                    style,
                )
            ],
            width,
        )
        for y in range(height)
    ]


def png(image: Image.Image, colours: int | None = None) -> str:
    """Encode a picture as PNG in base64, as kitty takes it."""
    file = io.BytesIO()
    _posterized(image, colours).save(file, "PNG")
    return base64.standard_b64encode(file.getvalue()).decode("ascii")


def _posterized(image: Image.Image, colours: int | None) -> Image.Image:
    """Reduce a picture to the few colours that fit it best, without dots between them.

    They are looked for in few pixels: in all of a large picture that takes half a second.
    """
    if colours is None:
        return image
    from PIL.Image import Dither

    few = image.copy()
    few.thumbnail((COLOURS_OF, COLOURS_OF))
    return image.quantize(palette=few.quantize(colours, kmeans=1), dither=Dither.NONE)


def kitty_sent(data: str, number: int, width: int, height: int) -> str:
    """Return what hands a picture to the terminal, to be shown in a box of cells."""
    chunks = [data[i : i + CHUNK] for i in range(0, len(data), CHUNK)]
    parts = []
    for index, chunk in enumerate(chunks):
        first = f"a=T,U=1,f=100,i={number},c={width},r={height},q=2," if index == 0 else ""
        parts.append(f"\x1b_G{first}m={int(index < len(chunks) - 1)};{chunk}\x1b\\")
    return "".join(map(_through_tmux, parts) if os.environ.get("TMUX") else parts)


def _through_tmux(sequence: str) -> str:
    """Hand a sequence to the terminal outside: tmux itself knows no kitty graphics."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


class _Mute(io.TextIOWrapper):
    """The standard output as one that is no terminal; its size can still be asked for."""

    def isatty(self) -> bool:
        return False


def _import(name: str) -> ModuleType:
    """Import a module of textual-image, which asks a terminal that it finds."""
    stdout = sys.__stdout__
    if name in sys.modules or not isinstance(stdout, io.TextIOWrapper):
        return importlib.import_module(name)
    mute = _Mute(stdout.buffer)
    sys.__stdout__ = mute  # type: ignore[misc]
    try:
        return importlib.import_module(name)
    finally:
        sys.__stdout__ = stdout  # type: ignore[misc]
        mute.detach()
