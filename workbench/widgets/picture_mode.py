"""Which way of drawing pictures the terminal takes, by its answer or what its environment says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

PictureMode = Literal["auto", "half-block", "sixel", "kitty", "none"]
Drawing = Literal["half-block", "sixel", "kitty", "none"]

MODES: tuple[PictureMode, ...] = get_args(PictureMode)
PROBED = "WORKBENCH_PROBED"
"""Where the start of the program leaves what the terminal answered: "kitty sixel", "none"."""

KITTY_IN_NAME_ONLY = ("wezterm", "konsole", "warp")
"""They answer yes and cannot place pictures by Unicode placeholders."""

SIXEL_PROGRAMS = ("wezterm", "iterm.app", "mintty", "foot", "contour", "mlterm")


def drawing(mode: PictureMode, environment: Mapping[str, str]) -> Drawing:
    """Say how to draw: as asked, or for `auto` what the terminal is known to take.

    What it answered to the probe counts, else what its environment says: inside tmux and screen
    half-blocks then. A non-empty NO_COLOR means no picture, unless one is asked for.
    """
    if mode != "auto":
        return mode
    if environment.get("NO_COLOR"):
        return "none"
    term = environment.get("TERM", "").lower()
    program = environment.get("TERM_PROGRAM", "").lower()
    if (answer := environment.get(PROBED, "").split()) and "STY" not in environment:
        in_name_only = any(name in f"{term} {program}" for name in KITTY_IN_NAME_ONLY)
        if "kitty" in answer and not in_name_only:
            return "kitty"
        return "sixel" if "sixel" in answer and "warp" not in program else "half-block"
    if "TMUX" in environment or "STY" in environment or term.startswith(("tmux", "screen")):
        return "half-block"
    if "KITTY_WINDOW_ID" in environment or "kitty" in term or "ghostty" in f"{term}{program}":
        return "kitty"
    if any(name in f"{term} {program}" for name in SIXEL_PROGRAMS):
        return "sixel"
    return "half-block"


def next_mode(mode: PictureMode) -> PictureMode:
    """Return the mode after this one in the cycle of the `i` key."""
    return MODES[(MODES.index(mode) + 1) % len(MODES)]
