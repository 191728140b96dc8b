"""Writes cells to a terminal with few bytes: the shortest way there, the least change of ink."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

_CODES = re.compile(
    r"((?:(?:[1-9]|21|5[123]);)*)"
    r"((?:(?:3[0-79]|9[0-7]|38;5;\d+|38;2;\d+;\d+;\d+);)?)"
    r"((?:(?:4[0-79]|10[0-7]|48;5;\d+|48;2;\d+;\d+;\d+);)?)"
)
_UNSEEN_ON_A_SPACE = frozenset({"", "1", "3", "1;3"})
"""Attributes (bold, italic) that a space does not show."""
_ENDS = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
"""What ends an attribute; others end with all."""
MANY = 32
"""So many inks are a picture's, whose cells hardly share them: it goes row by row."""


class Ink(NamedTuple):
    """How a cell is drawn: numbers of SGR, none for what the terminal has by itself."""

    attributes: str = ""
    fore: str = ""
    back: str = ""

    @property
    def unseen(self) -> bool:
        """Whether a space shows nothing of it but its background."""
        return self.attributes in _UNSEEN_ON_A_SPACE


PLAIN = Ink()


class _Stroke(NamedTuple):
    """Characters of one cell each in one ink; without ink, what brings its own.

    If `placed`, it is not taken to follow what ends where it begins.
    """

    y: int
    x: int
    text: str
    ink: Ink | None
    placed: bool

    @property
    def blank(self) -> bool:
        """Whether it shows nothing but a background."""
        return self.ink is not None and self.ink.unseen and self.text.isspace()


@lru_cache(maxsize=1024)
def ink(codes: str) -> Ink | None:
    """Return what numbers of SGR, all at once on a plain terminal, set; None if not known."""
    found = _CODES.fullmatch(f"{codes};" if codes else "")
    if found is None:
        return None
    attributes, fore, back = (part.rstrip(";") for part in found.groups())
    return Ink(attributes, "" if fore == "39" else fore, "" if back == "49" else back)


class Pen:
    """Collects what is written, in any order but that of a row which is to keep its own.

    The terminal is plain before and after, and the cursor anywhere.
    """

    def __init__(self) -> None:
        self._strokes: list[_Stroke] = []
        self._ordered: set[int] = set()
        self._lifted = False

    def lift(self) -> None:
        """Make sure that the next cell is where it should be, whatever is written before it."""
        self._lifted = True

    def write(self, x: int, y: int, text: str, ink: Ink) -> None:
        """Write characters of one cell each."""
        self._strokes.append(_Stroke(y, x, text, ink, self._lifted))
        self._lifted = False

    def write_raw(self, x: int, y: int, data: str) -> None:
        """Write what brings its own ink, ends plain, and ends at a column that is not known."""
        self._strokes.append(_Stroke(y, x, data, None, placed=True))
        self.keep_order(y)

    def keep_order(self, y: int) -> None:
        """Write to a row in the order of the calls: a cell is written twice."""
        self._ordered.add(y)

    def written(self) -> str:
        """Return all that was written, in the order that takes the fewest bytes."""
        kept = [stroke for stroke in self._strokes if stroke.y in self._ordered]
        kept.sort(key=lambda stroke: stroke.y)
        free = _joined(stroke for stroke in self._strokes if stroke.y not in self._ordered)
        orders = [free]
        if 1 < len({stroke.ink for stroke in free}) < MANY:
            orders.append([s for _, row in groupby(free, lambda s: s.y) for s in _by_ink(row)])
            orders.append(_by_ink(free))
        return min((_drawn([*kept, *order]) for order in orders), key=len)


def _joined(strokes: Iterable[_Stroke]) -> list[_Stroke]:
    """Return strokes in the order of their cells, spaces joined to what they follow or precede."""
    joined: list[_Stroke] = []
    for stroke in sorted(strokes):  # no two are at one place
        if joined and not stroke.placed:
            last = joined[-1]
            if (last.y, last.x + len(last.text)) == (stroke.y, stroke.x):
                drawn = _one_ink(last, stroke)
                if drawn is not None:
                    joined[-1] = last._replace(text=last.text + stroke.text, ink=drawn)
                    continue
        joined.append(stroke)
    return joined


def _one_ink(one: _Stroke, other: _Stroke) -> Ink | None:
    """Return the ink in which both can be drawn."""
    if one.ink == other.ink:
        return one.ink
    if one.ink is None or other.ink is None or one.ink.back != other.ink.back:
        return None
    if other.blank and one.ink.unseen:
        return one.ink
    return other.ink if one.blank and other.ink.unseen else None


def _by_ink(strokes: Iterable[_Stroke]) -> list[_Stroke]:
    """Return strokes ink by ink; spaces go with an ink whose background they have."""
    inks: dict[Ink, list[_Stroke]] = {}
    blank: list[_Stroke] = []
    for stroke in strokes:
        if stroke.blank:
            blank.append(stroke)
        else:
            inks.setdefault(stroke.ink or PLAIN, []).append(stroke)
    homes: dict[tuple[int, str], Ink] = {}
    for drawn, drawn_in in reversed(inks.items()):
        if drawn.unseen:
            homes |= {(stroke.y, drawn.back): drawn for stroke in drawn_in}
            homes[-1, drawn.back] = drawn
    for stroke in blank:
        drawn = stroke.ink or PLAIN
        anywhere = homes.setdefault((-1, drawn.back), drawn)
        inks.setdefault(homes.get((stroke.y, drawn.back), anywhere), []).append(stroke)
    ordered: list[_Stroke] = []
    now = PLAIN
    while inks:
        now = min(inks, key=lambda then: len(_turn(now, then)))
        ordered += sorted(inks.pop(now))
    return ordered


def _drawn(strokes: Iterable[_Stroke]) -> str:
    """Return what draws strokes in their order."""
    parts: list[str] = []
    at_x = at_y = -1
    sure = False
    now = PLAIN
    for y, x, text, drawn, placed in strokes:
        if at_y != y:
            parts.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
            sure = True
        elif x < at_x or (not sure and (placed or x > at_x)):
            parts.append(f"\x1b[{x + 1}G" if x else "\r")
            sure = True
        elif x > at_x:
            parts.append(f"\x1b[{x - at_x}C" if x - at_x > 1 else "\x1b[C")
        then = drawn or PLAIN
        if drawn and drawn.unseen and now.unseen and text.isspace():
            then = now._replace(back=drawn.back)
        if then != now:
            parts.append(_turn(now, then))
            now = then
        parts.append(text)
        # What is not ASCII may be wider in some terminals: from there it goes by numbers.
        at_x, at_y, sure = x + len(text), y if drawn else -1, sure and text.isascii()
    if now != PLAIN:
        parts.append(_turn(now, PLAIN))
    return "".join(parts)


@lru_cache(maxsize=1024)
def _turn(now: Ink, then: Ink) -> str:
    """Return the shortest change from one ink to another."""
    had, has = (set(filter(None, ink.attributes.split(";"))) for ink in (now, then))
    anew = f"\x1b[{';'.join(['0', *filter(None, then)])}m" if then != PLAIN else "\x1b[m"
    if not had - has <= _ENDS.keys():
        return anew
    ends = {_ENDS[one] for one in had - has}
    again = {one for one in had & has if _ENDS.get(one) in ends}  # 22 ends bold and dim
    changes = [*sorted(ends), *sorted((has - had) | again)]
    colours = zip(now[1:], then[1:], ("39", "49"), strict=True)
    changes += [new or default for old, new, default in colours if new != old]
    return min(anew, f"\x1b[{';'.join(changes)}m", key=len) if changes else ""
