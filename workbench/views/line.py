"""A line of text in pieces that each have a tone; what every list and status line draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal[
    "",
    "dim",
    "strong",
    "good",
    "bad",
    "busy",
    "warn",
    "accent",
    "match",
    "found",
    "evidence",
    "bar",
]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; `text` is safe to print."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list. Without a `key` it is a heading or a remark that the cursor passes over."""

    spans: tuple[Span, ...]
    key: str = ""
    rule: bool = False

    @property
    def text(self) -> str:
        """The line without its tones."""
        return "".join(span.text for span in self.spans)
