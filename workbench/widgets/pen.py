"""Writes cells to a terminal with few bytes: the shortest way there, the least change of ink."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_CODES = re.compile(
    r"((?:(?:[1-9]|21|5[123]);)*)"
    r"((?:(?:3[0-79]|9[0-7]|38;5;\d+|38;2;\d+;\d+;\d+);)?)"
    r"((?:(?:4[0-79]|10[0-7]|48;5;\d+|48;2;\d+;\d+;\d+);)?)"
)
_UNSEEN_ON_A_SPACE = frozenset({"", "1", "3", "1;3"})
"""Attributes (bold, italic) that a space does not show."""


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


@lru_cache(maxsize=4096)
def ink(codes: str) -> Ink | None:
    """Return what numbers of SGR, all at once on a plain terminal, set; None if not known."""
    found = _CODES.fullmatch(f"{codes};" if codes else "")
    return None if found is None else Ink(*(part.rstrip(";") for part in found.groups()))


class Pen:
    """Collects what is written; the terminal is plain before, and the cursor anywhere."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._x = self._y = -1
        self._sure = False
        self._ink = PLAIN

    def go(self, x: int, y: int) -> None:
        """Go to a cell."""
        if self._y != y or x < self._x or (x > self._x and not self._sure):
            self._parts.append(f"\x1b[{y + 1};{x + 1}H")
            self._sure = True
        elif ahead := x - self._x:
            self._parts.append(f"\x1b[{ahead if ahead > 1 else ''}C")
        self._x, self._y = x, y

    def lift(self) -> None:
        """Make sure that the next cell is where it should be, whatever was written before it."""
        if not self._sure:
            self._y = -1

    def write(self, text: str, ink: Ink) -> None:
        """Write characters of one cell each."""
        if text.isspace() and ink.unseen and self._ink.unseen:
            ink = self._ink._replace(back=ink.back)
        if ink != self._ink:
            self._parts.append(_turn(self._ink, ink))
            self._ink = ink
        self._parts.append(text)
        self._x += len(text)
        # What is not ASCII may be wider in some terminals: from there it goes by numbers.
        self._sure = self._sure and text.isascii()

    def write_raw(self, data: str) -> None:
        """Write what brings its own ink, ends plain, and ends at a column that is not known."""
        self._make_plain()
        self._parts.append(data)
        self._y = -1

    def written(self) -> str:
        """Return all that was written; the terminal is plain after it."""
        self._make_plain()
        return "".join(self._parts)

    def _make_plain(self) -> None:
        if self._ink != PLAIN:
            self._parts.append(_turn(self._ink, PLAIN))
            self._ink = PLAIN


def _turn(now: Ink, then: Ink) -> str:
    """Return the shortest change from one ink to another."""
    gone = (now.fore and not then.fore) or (now.back and not then.back)
    if now.attributes != then.attributes or gone:
        return f"\x1b[{';'.join(filter(None, ('0', *then)))}m"
    changed = [new for new, old in zip(then[1:], now[1:], strict=True) if new != old]
    return f"\x1b[{';'.join(changed)}m"
