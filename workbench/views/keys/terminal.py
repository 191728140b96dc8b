"""Keys as the terminal and its library know them."""

from __future__ import annotations

NEVER_BOUND = frozenset(
    {"ctrl+b", "ctrl+a", "ctrl+s", "ctrl+z", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "f11"}
    | {"ctrl+left_square_bracket"}
    | {f"ctrl+{digit}" for digit in range(10)}
    | {f"shift+{digit}" for digit in range(10)}
)
"""Prefixes of multiplexers, keys of the shell, and keys that arrive as another key."""

NAMES = {
    "?": "question_mark",
    ":": "colon",
    "/": "slash",
    "*": "asterisk",
    "-": "minus",
    "=": "equals_sign",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    "~": "tilde",
    "+": "plus",
    ".": "full_stop",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
}
"""Characters as the terminal library names them."""
