"""Answers of the terminal that come after the probe's budget: they are no keys.

The library takes what it does not know apart into keys: `?` of `ESC [ ? 6 4 ; 4 c` would open the
help, and digits label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

ANSWER = re.compile(r"\x1b\[\?[0-9;]*c|\x1bP>\|[ -~]*\x1b\\|\x1b_G[ -~]*\x1b\\")
BEGUN = re.compile(r"\x1b(?:\[\?[0-9;]*|P>(?:\|[ -~]*\x1b?)?|_G[ -~]*\x1b?)\Z")


class PatientParser(XTermParser):
    """Takes the answers to device attributes, name and kitty graphics out of what is typed."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._held = ""

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what is left; the beginning of an answer is held until its end comes."""
        if not data:  # the end of the input
            return super().feed(data)
        left = ANSWER.sub("", self._held + data)
        begun = BEGUN.search(left)
        self._held = begun.group() if begun else ""
        left = left[: len(left) - len(self._held)]
        return super().feed(left) if left else ()


def expect_late_answers() -> None:
    """Let the next app take late answers out of its input."""
    linux_driver.XTermParser = PatientParser  # type: ignore[attr-defined]
