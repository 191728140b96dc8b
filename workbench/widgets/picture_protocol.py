"""Draws a decoded picture with the sixel or the kitty protocol.

textual-image asks the terminal when it is imported, which Textual's input thread would swallow.
It is therefore imported only when one of these protocols is drawn, and with no terminal in sight.
"""

from __future__ import annotations

import base64
import fcntl
import importlib
import io
import os
import struct
import sys
import termios
from itertools import count
from random import randint
from types import ModuleType
from typing import TYPE_CHECKING

from rich.segment import ControlType, Segment
from textual.geometry import Offset
from textual.strip import Strip

if TYPE_CHECKING:
    from PIL import Image

CHUNK = 4096
DEFAULT_CELL = (10, 20)
_PLACEHOLDER = chr(0x10EEEE)
_kitty_ids = count(randint(1, 1 << 23))


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


def sixels(image: Image.Image) -> str:
    """Encode a picture as one sixel sequence."""
    encoder = _import("textual_image._sixel")
    return str(encoder.image_to_sixels(image))


def sixel_strips(data: str, origin: Offset, width: int, height: int) -> list[Strip]:
    """Lines that put a sixel sequence at `origin` of the screen once they have been painted."""
    blank = Strip.blank(width)
    place = f"\x1b[{origin.y + 1};{origin.x + 1}H"
    back = f"\x1b[{origin.y + height};{origin.x + width + 1}H"
    last = Strip([Segment(" " * width), _control(place + data + back)], width)
    return [blank] * (height - 1) + [last]


def kitty_strips(image: Image.Image, width: int, height: int) -> list[Strip]:
    """Lines of placeholder cells; the first one also sends the picture to the terminal.

    The picture's id travels as the cells' colour, written out here: a style would be rounded to
    what the terminal is believed to show.
    """
    marks = _import("textual_image.renderable.tgp")._NUMBER_TO_DIACRITIC
    number = next(_kitty_ids) & 0xFFFFFF
    colour = f"\x1b[38;2;{number >> 16 & 255};{number >> 8 & 255};{number & 255}m"
    lines = []
    for y in range(height):
        cells = "".join(f"{_PLACEHOLDER}{chr(marks[y])}{chr(marks[x])}" for x in range(width))
        sent = _kitty_message(image, number, width, height) if y == 0 else ""
        lines.append(Strip([_control(sent + colour), Segment(cells), _control("\x1b[39m")], width))
    return lines


def _control(text: str) -> Segment:
    return Segment(text, None, ((ControlType.CURSOR_FORWARD, 0),))


def _kitty_message(image: Image.Image, number: int, width: int, height: int) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    data = base64.standard_b64encode(file.getvalue()).decode("ascii")
    chunks = [data[i : i + CHUNK] for i in range(0, len(data), CHUNK)]
    parts = []
    for index, chunk in enumerate(chunks):
        first = f"a=T,U=1,f=100,i={number},c={width},r={height},q=2," if index == 0 else ""
        parts.append(f"\x1b_G{first}m={int(index < len(chunks) - 1)};{chunk}\x1b\\")
    return "".join(map(_through_tmux, parts) if os.environ.get("TMUX") else parts)


def _through_tmux(sequence: str) -> str:
    """Hand a sequence to the terminal outside: tmux itself knows no kitty graphics."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def _import(name: str) -> ModuleType:
    stdout, sys.__stdout__ = sys.__stdout__, None  # type: ignore[misc]
    try:
        return importlib.import_module(name)
    finally:
        sys.__stdout__ = stdout  # type: ignore[misc]
