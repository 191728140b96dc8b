"""Text from files, models and people made safe to draw, and cut to cells."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len, set_cell_size

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
_SPACE = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]")
_SPACES = re.compile(f"{_SPACE.pattern}+")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SEEN_CODES = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u0600-\uffff\U00010000-\U0010ffff]")
REPLACEMENT = "\ufffd"
DOTS = ".."

ROW_CHARACTERS = 400
"""How much of a text is looked at for one line."""

TEXT_CHARACTERS = 4000
"""How much of a text is looked at where it is shown whole."""

PATH_CELLS = 24
"""Cells in which a shortened path still tells what it is."""


def plain(text: str) -> str:
    """Return one line that a terminal can only print.

    White space becomes single spaces; an escape sequence and any other control, bidirectional
    override or invisible character becomes a visible replacement, one for each run of them.
    """
    text = _SPACES.sub(" ", _ESCAPE.sub(REPLACEMENT, text)).strip(" ")
    if text.isascii() and text.isprintable():
        return text
    return _SEEN_CODES.sub(_visible, text)


def plain_cells(text: str) -> str:
    """Return a text that is edited as a terminal can print it: every character keeps its place."""
    return _SEEN_CODES.sub(_visible, _SPACE.sub(" ", text))


def harmless(text: str) -> bool:
    """Say whether a text holds nothing that `plain` would have to replace."""
    return plain(text).count(REPLACEMENT) == text.count(REPLACEMENT)


def width(text: str) -> int:
    """Return how many cells a text takes."""
    return cell_len(text)


def cut(text: str, cells: int) -> str:
    """Return the text in at most `cells` cells, ending with ".." where something is left out."""
    if cell_len(text) <= cells:
        return text
    if cells <= len(DOTS):
        return DOTS[: max(0, cells)]
    return set_cell_size(text, cells - len(DOTS)).rstrip(" ") + DOTS


def cut_middle(text: str, cells: int) -> str:
    """Return the text in at most `cells` cells, its middle left out: for paths and models."""
    if cell_len(text) <= cells or cells < 8:
        return cut(text, cells)
    head = (cells - len(DOTS)) // 2
    tail = cells - len(DOTS) - head
    end = text
    while cell_len(end) > tail:
        end = end[1:]
    return set_cell_size(text, head) + DOTS + end


def cut_sentence(text: str, cells: int) -> str:
    """Return a sentence in at most `cells` cells; a path in it gives way before its words do."""
    over = cell_len(text) - cells
    longest = max(text.split(" "), key=cell_len)
    left = cell_len(longest) - over
    if over <= 0 or left < PATH_CELLS:
        return cut(text, cells)
    return text.replace(longest, cut_middle(longest, left), 1)


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """Return the text in exactly `cells` cells, cut or filled with spaces."""
    short = cut(text, cells)
    space = " " * max(0, cells - cell_len(short))
    return space + short if right else short + space


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    if unicodedata.category(character) in _HIDDEN:
        return REPLACEMENT
    return character
