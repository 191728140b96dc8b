"""Which way of drawing pictures the terminal takes, by its answer or what its environment says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

PictureMode = Literal["auto", "half-block", "sixel", "kitty", "none"]
Drawing = Literal["half-block", "sixel", "kitty", "none"]

MODES: tuple[PictureMode, ...] = get_args(PictureMode)
PROBED = "WORKBENCH_PROBED"
"""Where the start of the program leaves what the terminal answered: "kitty sixel", "none"."""

SIXEL_PROGRAMS = ("wezterm", "iterm.app", "mintty", "foot", "contour", "mlterm")


def in_browser(environment: Mapping[str, str]) -> bool:
    """Say whether textual-serve shows the program in a browser."""
    return environment.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def drawing(mode: PictureMode, environment: Mapping[str, str]) -> Drawing:
    """Say how to draw: as asked, or for `auto` what the terminal is known to take.

    What it answered to the probe counts, else what its environment says: inside tmux and screen
    half-blocks then. A non-empty NO_COLOR means no picture, unless one is asked for.
    """
    if mode != "auto":
        return mode
    if environment.get("NO_COLOR"):
        return "none"
    if in_browser(environment):
        return "half-block"
    term = environment.get("TERM", "").lower()
    program = environment.get("TERM_PROGRAM", "").lower()
    if (answer := environment.get(PROBED, "").split()) and "STY" not in environment:
        if "kitty" in answer:
            return "kitty"
        return "sixel" if "sixel" in answer and "warp" not in program else "half-block"
    if "TMUX" in environment or "STY" in environment or term.startswith(("tmux", "screen")):
        return "half-block"
    if "KITTY_WINDOW_ID" in environment or "kitty" in term or "ghostty" in f"{term}{program}":
        return "kitty"
    if any(name in f"{term} {program}" for name in SIXEL_PROGRAMS):
        return "sixel"
    return "half-block"


def next_mode(mode: PictureMode, environment: Mapping[str, str]) -> PictureMode:
    """Return the mode after this one in the cycle of the `i` key.

    It leaves out what the terminal has said that it cannot draw, and what `auto` draws already.
    Through tmux kitty is not asked, so it stays.
    """
    takes = {"auto", "half-block", "none", *environment.get(PROBED, "sixel kitty").split()}
    takes |= {"kitty"} if "TMUX" in environment else set()
    takes -= {drawing("auto", environment)} if mode != drawing("auto", environment) else set()
    modes = [one for one in MODES if one in takes or one == mode]
    return modes[(modes.index(mode) + 1) % len(modes)]
