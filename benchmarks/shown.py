"""What a terminal shows after what was written to it: the program sends only cells that change."""

from __future__ import annotations

import codecs
import re

from rich.cells import cell_len

_STEP = re.compile(
    r"\x1b\[([?<>=]?)([\d;]*)[ -/]*([@-~])"  # CSI: private mark, numbers, what it does
    r"|\x1b[\]P_^X].*?(?:\x1b\\|\x07)"  # a string: titles, the clipboard, pictures
    r"|\x1b[^\[\]P_^X]"
    r"|([^\x1b])",
    re.DOTALL,
)
_ATTRIBUTES = ("1", "2", "3", "4", "7", "9")
_ENDED = {"22": {"1", "2"}, "23": {"3"}, "24": {"4"}, "27": {"7"}, "29": {"9"}}

Look = tuple[frozenset[str], str, str]


class Shown:
    """The cells of a terminal: for each its character and its attributes, colour, background."""

    def __init__(self, rows: int = 24) -> None:
        self.cells: dict[tuple[int, int], tuple[str, Look]] = {}
        self.look: Look = (frozenset(), "", "")
        self._rows = rows
        self._region = 0, rows - 1
        self._x = self._y = 0
        self._rest = ""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def feed(self, data: bytes) -> None:
        """Take what was written; half a sequence waits for its other half."""
        text = self._rest + self._decode(data).replace("\0", "")
        at = 0
        while step := _STEP.match(text, at):
            at = step.end()
            private, numbers, what, character = step.groups()
            if character:
                self._put(character)
            elif what is not None:
                self._control(private, numbers, what)
            elif step.group() == "\x1bM":
                self._step(-1)
        self._rest = text[at:]

    @property
    def text(self) -> str:
        """The rows, a line each."""
        lines = [""] * self._rows
        for (x, y), (character, _) in sorted(self.cells.items()):
            if y < self._rows:
                lines[y] = lines[y].ljust(x) + character
        return "\n".join(lines)

    @property
    def seen(self) -> dict[tuple[int, int], tuple[str, object]]:
        """The cells as they look: of a space only its background is seen, unless it is marked."""
        return {
            at: (text, look[2] if text[:1] == " " and not look[0] & {"4", "7", "9"} else look)
            for at, (text, look) in self.cells.items()
        }

    def _put(self, character: str) -> None:
        if character == "\r":
            self._x = 0
        elif character == "\n":
            self._step(1)
        elif character == "\b":
            self._x = max(0, self._x - 1)
        elif character.isprintable() or cell_len(character) or character > "\x9f":
            wide = cell_len(character)
            if not wide and (before := self.cells.get((self._x - 1, self._y))):
                self.cells[self._x - 1, self._y] = before[0] + character, before[1]
            for n in range(wide):
                self.cells[self._x + n, self._y] = "" if n else character, self.look
            self._x += wide

    def _step(self, by: int) -> None:
        """Go down a row, or up; at the end of the region its rows move instead."""
        top, bottom = self._region
        if self._y != (bottom if by > 0 else top):
            self._y += by
            return
        moved = {}
        for (x, y), cell in self.cells.items():
            to = y - by if top <= y <= bottom else y
            if top <= to <= bottom or to == y:
                moved[x, to] = cell
        for x in {x for x, _ in self.cells}:
            moved.setdefault((x, self._y), (" ", self.look))
        self.cells = moved

    def _control(self, private: str, numbers: str, what: str) -> None:
        first, *others = [int(number or 1) for number in numbers.split(";")]
        if private:
            if numbers == "1049":  # to the screen of the program and back
                self.cells.clear()
        elif what == "H":
            self._x, self._y = (others[0] if others else 1) - 1, first - 1
        elif what == "C":
            self._x += first
        elif what == "G":
            self._x = first - 1
        elif what == "r":
            self._region = (first - 1, others[0] - 1) if others else (0, self._rows - 1)
            self._x = self._y = 0
        elif what == "m":
            self._turn(numbers.split(";"))
        elif what == "J":
            self.cells.clear()

    def _turn(self, codes: list[str]) -> None:
        on, fore, back = self.look
        while codes:
            code = codes.pop(0)
            if code in ("38", "48"):
                n = 4 if codes[0] == "2" else 2
                colour, codes = ";".join(codes[:n]), codes[n:]
                fore, back = (colour, back) if code == "38" else (fore, colour)
            elif code in ("", "0"):
                on, fore, back = frozenset(), "", ""
            elif code in _ATTRIBUTES:
                on |= {code}
            elif code in _ENDED:
                on -= _ENDED[code]
            elif code in ("39", "49"):
                fore, back = ("", back) if code == "39" else (fore, "")
            elif code[0] in "39":
                fore = code
            else:
                back = code
        self.look = on, fore, back


class Watch:
    """Looks for words that come: written in one go, or put together on the screen."""

    def __init__(self, shown: Shown, *words: bytes) -> None:
        self._shown, self._seen = shown, b""
        text = shown.text
        self._least = {word: text.count(word.decode(errors="replace")) for word in words}

    def over(self, data: bytes) -> bool:
        """Take what was just written; say whether all words have come since it was made."""
        self._seen += data
        text = self._shown.text
        for word in tuple(self._least):
            n = text.count(word.decode(errors="replace"))
            if word in self._seen or n > self._least[word]:
                del self._least[word]
            else:
                self._least[word] = n
        return not self._least
