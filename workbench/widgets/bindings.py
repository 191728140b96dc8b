"""Bindings made from the table of keys."""

from __future__ import annotations

from textual.binding import Binding, BindingsMap, BindingType
from textual.screen import Screen

from workbench.views.keys.chords import CHORDS, chord
from workbench.views.keys.in_use import keys_of
from workbench.views.keys.key import Key
from workbench.views.keys.terminal import NAMES


def bindings(screen: str) -> list[BindingType]:
    """Return the bindings of a screen: its verbs, and the keys that open a menu of chords."""
    made: list[BindingType] = [
        _binding(key, pressed)
        for key in keys_of(screen)
        for pressed in key.keys
        if " " not in pressed
    ]
    for prefix, title in CHORDS.items():
        if chord(screen, prefix):
            made.append(Binding(prefix, f"chord('{prefix}')", title, show=False))
    return made


def bindings_now(screen: str) -> BindingsMap:
    """Return all bindings of a screen by the table in use, and what every screen binds itself.

    A class is made with the keys of the program; a user's keymap may have moved them since.
    """
    own = BindingsMap(bindings(screen)).key_to_bindings
    inherited = BindingsMap(Screen.BINDINGS).key_to_bindings
    # The library's Ctrl+C has the name of the verb that copies a caption.
    inherited["ctrl+c"] = [Binding("ctrl+c", "copy_selection", show=False)]
    return BindingsMap.from_keys({**inherited, **own})


def _binding(key: Key, pressed: str) -> Binding:
    action = f"{key.id}('{pressed}')" if key.passes_key else key.id
    return Binding(
        NAMES.get(pressed, pressed), action, key.label, show=False, id=f"{key.id}.{pressed}"
    )
