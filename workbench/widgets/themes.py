"""The themes: dark, light, high contrast, and the terminal's own sixteen colours.

Hues are from the Okabe-Ito set: no state is told by red against green.
"""

from __future__ import annotations

import os
from dataclasses import replace

from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="dark",
    primary="#56B4E9",
    secondary="#7AA2C4",
    accent="#E69F00",
    success="#4FBF9F",
    warning="#E69F00",
    error="#E8743B",
    foreground="#D6DAE0",
    background="#15181D",
    surface="#15181D",
    panel="#232830",
    dark=True,
    variables={"block-cursor-blurred-background": "#2A3442", "quiet": "#A0A8B4", "rule": "#434952"},
)
LIGHT = Theme(
    name="light",
    primary="#0A6AA6",
    secondary="#3A6B8C",
    accent="#9A5B00",
    success="#00724F",
    warning="#8A5A00",
    error="#B23E00",
    foreground="#22262C",
    background="#FBFAF7",
    surface="#FBFAF7",
    panel="#ECEAE4",
    dark=False,
    variables={"block-cursor-blurred-background": "#DCE6EE", "quiet": "#595F68", "rule": "#A9A69E"},
)
CONTRAST = Theme(
    name="contrast",
    primary="#7CC8FF",
    secondary="#FFFFFF",
    accent="#FFC400",
    success="#7CC8FF",
    warning="#FFC400",
    error="#FF9A5C",
    foreground="#FFFFFF",
    background="#000000",
    surface="#000000",
    panel="#1C1C1C",
    dark=True,
    variables={"block-cursor-blurred-background": "#0B3A5C", "quiet": "#C8C8C8", "rule": "#767676"},
)
TERMINAL = "ansi-dark"
"""The theme that sends only the terminal's own colours."""

DEFAULTS = {"quiet": "ansi_default", "rule": "ansi_default"}
"""What the library's own themes lack."""

THEMES = (
    DARK,
    LIGHT,
    CONTRAST,
    # Its blue and red are all but black on the black of xterm, of the console and of Windows.
    replace(BUILTIN_THEMES[TERMINAL], primary="ansi_bright_blue", error="ansi_bright_red"),
)
NAMES = tuple(theme.name for theme in THEMES)


def no_colour() -> bool:
    """Say whether NO_COLOR asks for no colour: set and not empty.

    An empty one is taken out of the environment, since the library would obey it.
    """
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]
    return "NO_COLOR" in os.environ


def first_theme(wanted: str, colourless: bool, colours: str | None) -> str:
    """Return the theme to start with: the terminal's own where no colour is wanted.

    It is also what 16 colours begin with: the nearest of sixteen to a hue says nothing, and makes
    rules vanish on a light background.
    """
    if colourless:
        return TERMINAL
    if wanted in NAMES:
        return wanted
    return TERMINAL if colours == "standard" else DARK.name


def plain_colours(app: App[None]) -> bool:
    """Say whether only the terminal's own colours may be sent: no tinted chips."""
    return app.ansi_color or app.no_color or app.theme == TERMINAL
