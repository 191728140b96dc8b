"""Whether a screen can still be drawn on: answers of threads come after it was left, too."""

from __future__ import annotations

from textual.widget import Widget


def stands(screen: Widget) -> bool:
    """Say whether a screen is not being closed, and the program not ending.

    The widgets of a screen go before it does; its workers are cancelled only with it.
    """
    return screen.is_attached and screen.display
