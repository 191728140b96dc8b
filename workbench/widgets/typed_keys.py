"""Which keys were typed, where the library understands something else.

Answers of the terminal that come after the probe's budget are no keys. The library takes what it
does not know apart into keys: `?` of `ESC [ ? 6 4 ; 4 c` would open the help, and digits label.

Esc and the key behind it are two keys, also when both come at once: over a slow line, or out of a
multiplexer that waits after Esc. The library makes one key with Alt of them, which has no verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.events import Key
from textual.message import Message

ESC = "\x1b"
ANSWER = re.compile(r"\x1b\[\?[0-9;]*c|\x1bP>\|[ -~]*\x1b\\|\x1b_G[ -~]*\x1b\\")
BEGUN = re.compile(r"\x1b(?:\[\?[0-9;]*|P>(?:\|[ -~]*\x1b?)?|_G[ -~]*\x1b?)\Z")
BEGINNINGS = frozenset("[]OPNX^_")
"""What follows Esc at the beginning of a longer sequence."""


class KeyParser(XTermParser):
    """Takes late answers out of what is typed, and Esc apart from the key behind it."""

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

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        two = len(sequence) == 2 and sequence[0] == ESC and sequence[1] not in BEGINNINGS
        # Esc b, Esc f, Esc Backspace: what Alt and an arrow send, which move by words in a field.
        if two and not isinstance(ANSI_SEQUENCES_KEYS.get(sequence), tuple):
            alt, sequence = True, sequence[1]
        if alt:
            yield Key("escape", ESC)
        yield from super()._sequence_to_key_events(sequence)


def parse_keys_so() -> None:
    """Let the next app understand its input like this."""
    linux_driver.XTermParser = KeyParser  # type: ignore[attr-defined]
