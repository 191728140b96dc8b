"""What the doctor says of a terminal and a machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "fair", "warn", "bad"]
"""`fair` works, and `advice` makes it better."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `advice` is what to set, "" where nothing is to be done."""

    name: str
    state: State
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class TerminalLook:
    """What the face, or a command on a terminal, knows of the terminal it is in.

    `size` is columns x rows, None without a terminal; `colours` is how many are sent, `because`
    what decided it; `pictures` how they are drawn, `mode` what was asked for.
    """

    size: tuple[int, int] | None
    colours: str
    because: str
    pictures: str
    mode: str = "auto"
