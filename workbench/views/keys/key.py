"""What a key of the table is, and how people read it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.keys.screens import EVERY

SHOWN = {
    "down": "Down",
    "up": "Up",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "backspace": "Backspace",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "shift+tab": "Shift+Tab",
    "f1": "F1",
    "tab": "Tab",
    "left": "Left",
    "right": "Right",
}
"""Keys as people read them."""


@dataclass(frozen=True, slots=True)
class Key:
    """A verb and the keys that run it; `id` names the action method of the screen.

    `passes_key` hands the pressed key to the action, for the digits.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    screens: tuple[str, ...] = EVERY
    group: str = "Move"
    passes_key: bool = False

    @property
    def shown(self) -> str:
        """The keys as people read them: "j Down", "1-9", "g h"."""
        if len(self.keys) > 3 and all(key.isdigit() for key in self.keys):
            return f"{self.keys[0]}-{self.keys[-1]}"
        return " ".join(show_key(key) for key in self.keys)


def show_key(key: str) -> str:
    """Return a key as people read it: "ctrl+d" is "Ctrl+D"."""
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:].upper()}"
    return SHOWN.get(key, key)
